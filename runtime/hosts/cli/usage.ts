import { contract } from '../../protocol/contract.ts';

/** A command line that cannot be understood. The message is one sentence. */
export class UsageError extends Error {}

export const USAGE = `Usage:
  zoey chat --workspace DIR [--storage DIR] [options]
  zoey invoke NAME [JSON|-] --storage DIR [--workspace DIR] [options]
  zoey invoke --batch FILE|- --storage DIR [--workspace DIR] [options]
  zoey serve --storage DIR [--workspace DIR] [--host HOST] [--port N] [--token-file FILE] [options]
  zoey storage copy --from DIR|URL --to DIR|URL
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
  storage copy      Copy a whole memory to an empty place and compare every row. Cut off, it goes on where it
                    was. Prints lines {"progress":...}, then {"result":...}. ZOEY_STORAGE_URL may stand for one
                    of the two.
  functions         Print what each function takes and gives: as Markdown, JSON or an OpenAPI document.

Options:
  --workspace DIR   The folder to work in.
  --storage DIR     The folder that keeps the memory. By default one in your data folder, a different one
                    for each workspace.
  --storage URL     A PostgreSQL database that keeps it: postgresql://USER:PASSWORD@HOST:5432/DATABASE. In the
                    environment variable ZOEY_STORAGE_URL other users of the machine cannot see it.
  --ollama URL      Where Ollama listens. By default http://127.0.0.1:11434.
  --allow-host H    Let requests go to this host or host:port, beside this machine. May be repeated.
  --model NAME      The model to prefer.
  --character FILE  Who answers instead of Zoey: a character's JSON file.
  --plugins DIR     A folder with plugins of your own. Both are taken by the process that opens the memory.
  --verbose         Write what happens to standard error.
  --host HOST       serve: where to listen. By default 127.0.0.1, which only this machine can reach.
  --port N          serve: the port; by default any that is free.
  --token-file FILE serve: holds the token that clients must send. By default one is made in the storage folder.

Functions:
${functions.join('\n')}

Exit status: 0 when all went well, 1 when a call failed, 2 when the command line is wrong.
`;
}
