import type { Pace } from '../../kernel/pace.ts';
import { MAX_SEGMENT_DOCUMENTS, SegmentWriter, TextSegment } from './segment.ts';

/** From this many postings on a segment is full: it is rewritten only to leave out what was removed. */
const FULL_POSTINGS = 2 ** 17;
/** So many segments of one size become one. */
const FAN_IN = 4;
/** Four that are not full must fit one. */
const FULL_DOCUMENTS = MAX_SEGMENT_DOCUMENTS >> 2;
/** Segments below this many postings are of one size. */
const SMALLEST_TIER = 2 ** 10;
/** From this share of removed documents on a segment is rewritten. */
const TOO_MANY_REMOVED = 0.3;

/** Sizes that differ by less than about four times are one tier. */
function tierOf(segment: TextSegment): number {
  return Math.floor(Math.log2(Math.max(segment.postings, SMALLEST_TIER)) / 2);
}

/** What is to be merged next, if anything: few large segments, at the cost of a few writes of each posting. */
export function nextMerge(segments: readonly TextSegment[]): readonly TextSegment[] | undefined {
  const wasteful = segments.find(({ removed, documents }) => removed > documents * TOO_MANY_REMOVED);
  if (wasteful) return [wasteful];
  const tiers = new Map<number, TextSegment[]>();
  for (const segment of segments) {
    if (segment.postings >= FULL_POSTINGS || segment.documents > FULL_DOCUMENTS) continue;
    const tier = tiers.get(tierOf(segment)) ?? [];
    tier.push(segment);
    if (tier.length === FAN_IN) return tier;
    tiers.set(tierOf(segment), tier);
  }
  return undefined;
}

/**
 * One segment with what is left of the others; undefined where nothing is. What is removed from them
 * meanwhile is removed from it as well.
 */
export async function mergeSegments(
  id: number,
  segments: readonly TextSegment[],
  pace: Pace,
): Promise<TextSegment | undefined> {
  const total = (of: (segment: TextSegment) => number) => segments.reduce((sum, one) => sum + of(one), 0);
  const writer = new SegmentWriter({
    documents: total(({ documents }) => documents),
    terms: total(({ terms }) => terms),
    postings: total(({ postings }) => postings),
    labelBytes: total(({ labelBytes }) => labelBytes),
    termBytes: total(({ allTermBytes }) => allTermBytes),
  });
  const sources: Source[] = [];
  for (const segment of segments) {
    const numbers = await copyDocuments(segment, writer, pace);
    sources.push({ segment, numbers, term: 0, word: wordAt(segment, 0) });
  }
  await copyTerms(sources, writer, pace);
  const merged = TextSegment.read(id, writer.finish());
  if (!merged) return undefined;
  for (const { segment, numbers } of sources) {
    numbers.forEach((number, document) => {
      if (number !== LEFT_OUT && segment.dead[document] !== 0) merged.remove(number);
    });
  }
  return merged.size > 0 ? merged : undefined;
}

interface Source {
  segment: TextSegment;
  /** By number in the source, the number in what is written. */
  numbers: Uint16Array;
  /** The next word that is not yet copied; undefined at the end. */
  term: number;
  word: Uint8Array | undefined;
}

/** No document has this number, since numbers are below the most that a segment holds. */
const LEFT_OUT = MAX_SEGMENT_DOCUMENTS;
const STEP = 512;

async function copyDocuments(segment: TextSegment, writer: SegmentWriter, pace: Pace): Promise<Uint16Array> {
  const numbers = new Uint16Array(segment.documents).fill(LEFT_OUT);
  for (let document = 0; document < segment.documents; document++) {
    if (document % STEP === 0) await pace.rest();
    if (segment.dead[document] !== 0) continue;
    numbers[document] = writer.addDocument(segment.labelsOf(document), segment.lengths[document] ?? 0);
  }
  return numbers;
}

async function copyTerms(sources: readonly Source[], writer: SegmentWriter, pace: Pace): Promise<void> {
  for (let copied = 0; ; copied++) {
    if (copied % STEP === 0) await pace.rest();
    const word = leastWord(sources);
    if (!word) return;
    for (const source of sources) {
      if (!source.word || Buffer.compare(source.word, word) !== 0) continue;
      copyPostings(source, writer);
      source.term += 1;
      source.word = wordAt(source.segment, source.term);
    }
    writer.endTerm(word);
  }
}

function copyPostings({ segment, numbers, term }: Source, writer: SegmentWriter): void {
  const { documents, counts, from, to } = segment.postingsOf(term);
  for (let at = from; at < to; at++) {
    const number = numbers[documents[at] ?? 0] ?? LEFT_OUT;
    if (number !== LEFT_OUT) writer.addPosting(number, counts[at] ?? 0);
  }
}

function wordAt(segment: TextSegment, term: number): Uint8Array | undefined {
  return term < segment.terms ? segment.termBytes(term) : undefined;
}

function leastWord(sources: readonly Source[]): Uint8Array | undefined {
  let least: Uint8Array | undefined;
  for (const { word } of sources) {
    if (word && (!least || Buffer.compare(word, least) < 0)) least = word;
  }
  return least;
}
