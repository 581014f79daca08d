import type { Room } from './environment.ts';
import type { Reference } from './memory.ts';

/** A piece of context with its origin: what a prompt may quote and an answer may cite. */
export type Piece = Omit<Reference, 'number'>;

/** Structured data that providers and actions hand on. */
export interface StateData {
  room?: Room;
  /** What each provider gave as data, by its name. */
  providers?: Record<string, Record<string, unknown>>;
  [key: string]: unknown;
}

/** What the agent knows at one message: composed of what the providers gave. */
export interface State {
  /** For templates. */
  values: Record<string, unknown>;
  data: StateData;
  /** The providers' texts, in the order of their positions. */
  text: string;
  /** Context with its origin, in the order of the providers' positions; each provider's most useful first. */
  pieces?: readonly Piece[];
  [key: string]: unknown;
}

/** A provider that gave nothing: it failed, or it was late. */
export interface ProviderFailure {
  provider: string;
  /** The error's name or the deadline; never its text, which may hold what was read. */
  reason: string;
}

/** A state as the runtime composes it. */
export interface ComposedState extends State {
  pieces: readonly Piece[];
  /** Providers that contributed nothing. */
  failures: readonly ProviderFailure[];
}
