import { contract } from '../../protocol/contract.ts';

/** A command line that cannot be understood. The message is one sentence. */
export class UsageError extends Error {}

export const USAGE = `Usage:
  zoey chat --workspace DIR [--storage DIR] [options]
  zoey invoke NAME [JSON|-] --storage DIR [--workspace DIR] [options]
  zoey invoke --batch FILE|- --storage DIR [--workspace DIR] [options]
  zoey serve --storage DIR [--workspace DIR] [--host HOST] [--port N] [--token-file FILE] [options]
  zoey functions [--json | --openapi]
  zoey --help | --version
`;

/** What `zoey --help` prints. */
export function helpText(): string {
  const functions = Object.entries(contract).map(([name, { summary }]) => `  ${name.padEnd(17)} ${summary}`);
  return `Zoey: a private agent that lives beside your code.

${USAGE}
Commands:
  chat              Talk in the terminal.
  invoke            Run one function, or with --batch one a line: {"function":NAME,"input":JSON}.
                    Prints a line {"chunk":...} for each part of a stream, then {"result":...} or
                    {"error":{"code","message","hint"}}. "-" reads standard input.
  serve             Answer functions over HTTP until it is stopped. Prints a line {"url","tokenFile"}.
  functions         Print what each function takes and gives: as Markdown, JSON or an OpenAPI document.

Options:
  --workspace DIR   The folder to work in.
  --storage DIR     The folder that keeps the memory. By default one in your data folder, a different one
                    for each workspace.
  --ollama URL      Where Ollama listens. By default http://127.0.0.1:11434.
  --allow-host H    Let requests go to this host or host:port, beside this machine. May be repeated.
  --model NAME      The model to prefer.
  --verbose         Write what happens to standard error.
  --host HOST       serve: where to listen. By default 127.0.0.1, which only this machine can reach.
  --port N          serve: the port; by default any that is free.
  --token-file FILE serve: holds the token that clients must send. By default one is made in the storage folder.

Functions:
${functions.join('\n')}

Exit status: 0 when all went well, 1 when a call failed, 2 when the command line is wrong.
`;
}
