import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Gateway } from '../../guard/gateway.ts';
import { throwIfAborted, ZoeyError } from '../../kernel/errors.ts';
import type { Settings } from '../../types/host.ts';
import type { PullProgress } from '../../types/model.ts';
import { type After, Watch } from '../ollama/watch.ts';
import type { PinnedFile, PinnedModel } from './catalog.ts';
import { sha256Of } from './locate.ts';

export interface DownloadOptions {
  gateway: Gateway;
  settings: Pick<Settings, 'allowedHosts'>;
  after: After;
  /** Where models are put, as `<org>/<name>/…`. */
  folder: string;
  /** Where they come from: "https://huggingface.co". */
  hub: string;
}

/** The hub answers with the address of a store, and that may point on. */
const MAX_REDIRECTS = 5;
/** Between two pieces, in ms. */
const IDLE_MS = 60_000;
/** A word of progress for so many bytes. */
const STEP_BYTES = 1 << 20;

/**
 * Downloads a model at its pinned commit, file by file, from hosts that the person allowed: each redirect is
 * one more host to allow. What came stays beside the model's place, so that the next try goes on from there;
 * it is moved there when every hash is right.
 * @throws ZoeyError `host_not_allowed`, `pull_failed`, `storage_full`, `timed_out`, `cancelled`
 */
export async function* downloadModel(
  model: PinnedModel,
  options: DownloadOptions,
  signal: AbortSignal,
): AsyncGenerator<PullProgress, void, void> {
  throwIfAborted(signal);
  const place = path.join(options.folder, ...model.id.split('/'));
  const draft = path.join(path.dirname(place), `.${path.basename(place)}.part`);
  const total = model.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  try {
    for (const file of model.files) {
      const target = path.join(draft, ...file.path.split('/'));
      await mkdir(path.dirname(target), { recursive: true });
      for await (const bytes of fetchFile({ model, file, target }, options, signal)) {
        yield { status: `downloading ${file.path}`, completed: before + bytes, total };
      }
      await verify(file, target);
      before += file.bytes;
    }
    await rm(place, { recursive: true, force: true });
    await rename(draft, place);
  } catch (error) {
    throw failure(error, model.id);
  }
  yield { status: 'success', completed: total, total };
}

interface Wanted {
  model: PinnedModel;
  file: PinnedFile;
  target: string;
}

/** Fetches what is still missing of one file; gives the bytes that are there by now. */
async function* fetchFile(
  { model, file, target }: Wanted,
  options: DownloadOptions,
  signal: AbortSignal,
): AsyncGenerator<number, void, void> {
  let there = await sizeOf(target);
  if (there > file.bytes) there = 0;
  if (there === file.bytes) return;
  const watch = new Watch(signal, options.after);
  try {
    watch.expect(IDLE_MS, file.path);
    const address = `${options.hub}/${model.id}/resolve/${model.commit}/${file.path}`;
    const response = await get(address, { from: there, watch }, options);
    if (response.status !== 206) there = 0;
    const writer = await open(target, there === 0 ? 'w' : 'a');
    try {
      let told = there;
      for await (const chunk of response.body ?? []) {
        watch.expect(IDLE_MS, `The rest of ${file.path}`);
        there += chunk.byteLength;
        // Leaving the loop cancels the body, which closes the socket.
        if (there > file.bytes) throw unexpected(file);
        await writer.writeFile(chunk);
        if (there - told < STEP_BYTES) continue;
        told = there;
        yield there;
      }
    } finally {
      await writer.close();
    }
    yield there;
  } catch (error) {
    throw watch.ended ?? error;
  } finally {
    watch.end();
  }
}

/** Asks for the bytes from `from` on, through as many redirects as the hub needs. */
async function get(
  address: string,
  { from, watch }: { from: number; watch: Watch },
  { gateway, settings }: DownloadOptions,
): Promise<Response> {
  const fetch = gateway.open({ purpose: 'download a model', allowedHosts: settings.allowedHosts });
  let url = address;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(url, {
      signal: watch.signal,
      headers: from > 0 ? { range: `bytes=${from}-` } : {},
    });
    const next = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || next === null) return successful(response);
    await response.body?.cancel();
    url = new URL(next, url).href;
  }
  throw new ZoeyError('pull_failed', 'The hub points from one address to the next without an end.');
}

async function successful(response: Response): Promise<Response> {
  if (response.ok) return response;
  await response.body?.cancel();
  const said = response.status === 404 ? 'has no such file' : `answered HTTP ${response.status}`;
  throw new ZoeyError('pull_failed', `The hub ${said}.`);
}

/** A file that is not what was pinned is removed: going on from it would lead nowhere. */
async function verify(file: PinnedFile, target: string): Promise<void> {
  if ((await sizeOf(target)) < file.bytes) {
    throw new ZoeyError('pull_failed', `The download of ${file.path} ended too early.`);
  }
  if ((await sha256Of(target)) === file.sha256) return;
  await rm(target, { force: true });
  throw unexpected(file);
}

const unexpected = (file: PinnedFile) =>
  new ZoeyError('pull_failed', `${file.path} is not the file that was expected, so it is not used.`, {
    hint: 'Try again. If it happens again, something between here and the hub changes files.',
  });

const sizeOf = (file: string) =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

function failure(error: unknown, id: string): ZoeyError {
  if (ZoeyError.is(error)) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC') {
    return new ZoeyError('storage_full', `The disk is full, so ${id} could not be downloaded.`, {
      hint: 'Free some space, then try again: it goes on where it stopped.',
      cause: error,
    });
  }
  return new ZoeyError('pull_failed', `The download of ${id} broke off.`, {
    hint: 'Check the connection, then try again: it goes on where it stopped.',
    cause: error,
  });
}
