import { isOllamaInstalled } from '../../runtime/models/ollama/installed.ts';
import type { ModelStatus } from '../../runtime/types/model.ts';
import { connect } from '../support/ollama/connect.ts';
import { checks, type Target } from './checks.ts';

// The checks that the stand-in passes, against a real Ollama: OLLAMA_HOST, or the usual address of this
// machine. Uses its first chat model. Loads it, but pulls and changes nothing.

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** The server to ask and its model, or why there is none. */
async function findTarget(address: string): Promise<Target | ModelStatus> {
  const url = address.includes('://') ? address : `http://${address}`;
  const allowedHosts = URL.canParse(url) ? [new URL(url).hostname] : [];
  const { ollama } = connect(address, { settings: { allowedHosts }, isInstalled: isOllamaInstalled });
  const status = await ollama.status(AbortSignal.timeout(10_000));
  const [model] = status.models;
  if (status.state !== 'ready' || model === undefined) return status;
  console.log(`Ollama ${status.version} at ${status.address}, with ${model.name}`);
  return { url: status.address, model: model.name, allowedHosts };
}

async function run(target: Target): Promise<Tally> {
  const tally = { passed: 0, failed: 0, skipped: 0 };
  for (const check of checks) {
    const began = Date.now();
    try {
      await check.run(target);
      tally.passed++;
      console.log(`ok    ${check.name} (${Date.now() - began} ms)`);
    } catch (error) {
      tally.failed++;
      console.log(`FAIL  ${check.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return tally;
}

async function main(): Promise<void> {
  const host = process.env.OLLAMA_HOST ?? '';
  const target = await findTarget(host);
  let tally: Tally;
  if ('state' in target) {
    const { state, address, message = state, hint = '' } = target;
    console.log(`No real Ollama with a chat model at ${address}, so nothing was checked. ${message} ${hint}`);
    // Whoever names a server wants it checked; one without a chat model has at least answered.
    const missed = host !== '' && state !== 'no_model';
    tally = { passed: 0, failed: missed ? 1 : 0, skipped: checks.length };
  } else {
    tally = await run(target);
  }
  if (tally.failed > 0) process.exitCode = 1;
  console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
}

void main();
