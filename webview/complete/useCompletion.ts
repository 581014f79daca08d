import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { Mentionable } from '../control/mentions.ts';
import { toWireError } from '../errors.ts';
import { count } from '../format.ts';
import { type Panel, usePanel } from '../panel.ts';
import { type Choice, commandChoices, kindChoices, mentionChoices } from './choices.ts';
import { type Trigger, triggerAt } from './trigger.ts';

/** A search starts once typing rests so long. */
const REST_MS = 80;
/** From so many letters on, files are offered beside the kinds. */
const LEAST_LETTERS = 2;

/** What a search found. */
interface Found {
  /** Of what. */
  of: string;
  /** By which words. */
  key: string;
  choices: Choice[];
  word: string;
}

const NONE: Found = { of: '', key: '', choices: [], word: '' };

export interface Completion {
  /** The list is to be seen. */
  open: boolean;
  /** A search runs, and the list is of the words before: a key means what will be found, a click what is seen. */
  busy: boolean;
  choices: readonly Choice[];
  /** Said in place of an empty list. */
  word: string;
  active: number;
  /** The caret moved, or the text changed. */
  look(caret: number): void;
  take(choice: Choice): void;
  /**
   * Returns true where the key was used. Enter that comes while a search runs waits for it.
   * @param submit what Enter does where that finds nothing
   */
  key(event: KeyboardEvent, submit: () => void): boolean;
  close(): void;
}

/**
 * Completes commands and mentions in a text.
 * @param put sets the text, and the caret behind what was completed
 */
export function useCompletion(text: string, put: (text: string, caret: number) => void): Completion {
  const panel = usePanel();
  const [caret, setCaret] = useState<number | undefined>(undefined);
  const [found, setFound] = useState<Found>(NONE);
  const [chosen, setChosen] = useState({ key: '', index: 0 });
  const [closed, setClosed] = useState('');
  const trigger = caret === undefined ? undefined : triggerAt(text, caret);
  const key = trigger ? JSON.stringify(trigger) : '';
  // What needs no search is there with the letter that was typed: the next key may come before an effect runs.
  const listed = useMemo(() => listFor(key, found), [key, found]);
  const busy = listed.key !== key;
  const active = chosen.key === key ? Math.min(chosen.index, listed.choices.length - 1) : 0;

  useEffect(() => {
    if (key === '') {
      setFound(NONE);
      return;
    }
    const wanted: Trigger = JSON.parse(key);
    let stale = false;
    const known = fixed(wanted).length;
    const say = (choices: number, word = '') => panel.say(choices > 0 ? count(choices, 'suggestion') : word);
    if (wanted.type !== 'mention') say(known);
    const show = (choices: Choice[], word = '') => {
      if (stale) return;
      setFound({ of: subjectOf(wanted), key, choices, word });
      say(known + choices.length, word);
    };
    const timer = setTimeout(() => void search(panel, wanted, show), REST_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [panel, key]);

  const take = useCallback(
    (choice: Choice) => {
      if (!trigger || caret === undefined) return;
      const before = text.slice(0, trigger.from);
      const after = text.slice(caret);
      if ('text' in choice.takes)
        put(before + choice.takes.text + after, (before + choice.takes.text).length);
      else if ('kind' in choice.takes) {
        const typed = `@${choice.takes.kind} `;
        put(before + typed + after, before.length + typed.length);
      } else {
        panel.dispatch({ type: 'attach', attachment: choice.takes.mention.attachment });
        panel.say(`Added ${choice.label}.`);
        put(before + after.replace(/^ /, ''), before.length);
      }
    },
    [panel, text, trigger, caret, put],
  );

  const takeFirst = useCallback(() => {
    if (listed.choices[0]) take(listed.choices[0]);
    return listed.choices.length > 0;
  }, [listed, take]);
  const shown = key !== '' && key !== closed;
  const takeWhenFound = useWhenFound(shown ? key : '', busy, takeFirst);
  const open = shown && (listed.choices.length > 0 || (listed.word !== '' && !busy));
  const choices = open ? listed.choices : [];
  const close = useCallback(() => setClosed(key), [key]);
  const move = (by: number) => setChosen({ key, index: (active + by + choices.length) % choices.length });
  const onKey = (event: KeyboardEvent, submit: () => void): boolean => {
    if (shown && busy && isTaking(event)) {
      takeWhenFound({ key, otherwise: event.key === 'Enter' ? submit : () => {} });
      return true;
    }
    if (!open) return false;
    if (event.key === 'Escape') close();
    else if (choices.length === 0) return false;
    else if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (isTaking(event) && choices[active]) take(choices[active]);
    else return false;
    return true;
  };
  return { open, busy, choices, word: listed.word, active, look: setCaret, take, key: onKey, close };
}

function isTaking({ key, shiftKey }: KeyboardEvent): boolean {
  return (key === 'Enter' || key === 'Tab') && !shiftKey;
}

interface Awaited {
  /** Of which list. Where it is closed meanwhile, or another comes in its place, nothing is done. */
  key: string;
  otherwise(): void;
}

/**
 * Lets a key wait for what is being searched.
 * @param shown the key of the list; empty where there is none, or it was closed
 * @param takeFirst returns false where nothing was found
 */
function useWhenFound(shown: string, busy: boolean, takeFirst: () => boolean): (awaited: Awaited) => void {
  const [awaited, setAwaited] = useState<Awaited | undefined>(undefined);
  useEffect(() => {
    const same = shown === awaited?.key;
    if (!awaited || (same && busy)) return;
    setAwaited(undefined);
    if (same && !takeFirst()) awaited.otherwise();
  }, [awaited, shown, busy, takeFirst]);
  return setAwaited;
}

/** What is offered for a trigger: a search stays to be seen while it is made narrower, but not for another one. */
function listFor(key: string, found: Found): Found {
  if (key === '') return NONE;
  const trigger: Trigger = JSON.parse(key);
  if (trigger.type === 'mention') return found.of === subjectOf(trigger) ? found : NONE;
  const more = found.key === key ? found : NONE;
  return { ...more, key, choices: [...fixed(trigger), ...more.choices] };
}

function subjectOf(trigger: Trigger): string {
  return trigger.type === 'mention' ? trigger.kind : trigger.type;
}

/** The choices that need no search. */
function fixed(trigger: Trigger): Choice[] {
  if (trigger.type === 'mention') return [];
  return trigger.type === 'command' ? commandChoices(trigger.query) : kindChoices(trigger.query);
}

/** Asks for what is not known here; a failure is said where the list would be. */
async function search(
  panel: Panel,
  trigger: Trigger,
  show: (choices: Choice[], word?: string) => void,
): Promise<void> {
  if (trigger.type === 'command') return;
  const kind: Mentionable = trigger.type === 'mention' ? trigger.kind : 'file';
  if (trigger.type === 'kind' && trigger.query.length < LEAST_LETTERS) return;
  try {
    const { items, word } = await panel.mentions.find(kind, trigger.query);
    show(mentionChoices(kind, items), trigger.type === 'mention' ? word : '');
  } catch (error) {
    show([], toWireError(error).message);
  }
}
