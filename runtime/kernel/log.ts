/** How much a line matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where lines go. Text only: no prompt, no answer, no memory, no secret is ever passed to it. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** A log over any sink that takes lines. */
export function createLog(write: (level: LogLevel, message: string) => void): Log {
  return {
    debug: (message) => write('debug', message),
    info: (message) => write('info', message),
    warn: (message) => write('warn', message),
    error: (message) => write('error', message),
  };
}

/** A log that keeps nothing. */
export const silentLog: Log = createLog(() => {});
