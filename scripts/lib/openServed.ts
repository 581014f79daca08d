import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { dataFolder } from './folders.ts';
import { installVSCode } from './installVSCode.ts';
import { Complaint, step } from './progress.ts';
import { installExtension, pageAddress, type ServedVSCode, serveVSCode } from './serveVSCode.ts';

/** The address of a folder. VS Code keeps a workspace's memory under it, so it must stay the same. */
interface Address {
  port: number;
  token: string;
}

/** Serves VS Code with Zoey on the folder until the person stops it. Returns an exit status. */
export async function openServed(vsix: string, folder: string): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const vscode = await installVSCode(stop.signal);
  const dataDir = path.join(dataFolder(), 'vscode', hash(folder));
  const { port, token } = await addressOf(dataDir, folder);
  if (await isTaken(port)) {
    const page = pageAddress(`http://127.0.0.1:${port}`, token, folder);
    if (await answers(page)) {
      process.stdout.write(`Zoey is open on this folder already:\n\n  ${page}\n`);
      return 0;
    }
    throw new Complaint(
      `Port ${port}, under which Zoey remembers ${folder}, is taken by another program. End it, then try again.`,
    );
  }
  await step('Installing Zoey', () => installExtension(vscode, vsix, { dataDir }));
  if (stop.signal.aborted) return 0;
  const server = await step('Starting VS Code', () => start({ vscode, dataDir, port, token }, folder));
  process.stdout.write(
    `\nZoey is open on ${folder}:\n\n  ${server.page(folder)}\n\n` +
      'Open this address in a browser on this machine and click the Zoey icon at the side.\nCtrl+C ends it.\n',
  );
  const asked = new Promise<'asked'>((resolve) => {
    if (stop.signal.aborted) resolve('asked');
    stop.signal.addEventListener('abort', () => resolve('asked'));
  });
  const why = await Promise.race([asked, server.ended.then(() => 'ended' as const)]);
  await server.stop();
  process.stdout.write(
    why === 'asked' ? '\nEnded. What you asked and heard is kept.\n' : 'VS Code has ended.\n',
  );
  return why === 'asked' ? 0 : 1;
}

/** Resolves when the page itself answers, not merely the port. */
async function start(options: Parameters<typeof serveVSCode>[0], folder: string): Promise<ServedVSCode> {
  const server = await serveVSCode(options);
  if (await answers(server.page(folder))) return server;
  await server.stop();
  throw new Complaint('VS Code started, but its page does not answer.');
}

const answers = (page: string) =>
  fetch(page, { redirect: 'manual', signal: AbortSignal.timeout(10_000) }).then(
    // The page of the token is a redirect to itself without it.
    ({ status }) => status < 400,
    () => false,
  );

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

async function addressOf(dataDir: string, folder: string): Promise<Address> {
  const file = path.join(dataDir, 'address.json');
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    // Below the ports that systems hand out by themselves, so that it is likely to be free the next time.
    const first = 20_000 + (Number.parseInt(hash(folder).slice(0, 6), 16) % 10_000);
    let port = first;
    while (await isTaken(port)) port += 1;
    const address = { port, token: randomBytes(16).toString('hex') };
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await writeFile(file, JSON.stringify(address), { mode: 0o600 });
    return address;
  }
}

const isTaken = (port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(true));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(false)));
  });
