import { run } from './processes.ts';
import { Complaint } from './progress.ts';

/** Runs npm in `folder`, the one that runs this script where there is one. Nothing installed may run a script. */
export async function npm(folder: string, args: readonly string[], signal?: AbortSignal): Promise<void> {
  const cli = process.env.npm_execpath;
  const ours = cli !== undefined && /npm-cli\.[cm]?js$/.test(cli);
  const all = [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, output } = await run(
    ours ? process.execPath : process.platform === 'win32' ? 'npm.cmd' : 'npm',
    ours ? [cli, ...all] : all,
    { cwd: folder, env: withoutParent(process.env), ...(signal && { signal }) },
  );
  if (status !== 0) throw new Complaint(`npm ${args.join(' ')} failed in ${folder}\n${output}`);
}

/** Without what an npm that runs this script set for its own folder: it must not rule in another one. */
const withoutParent = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_config_(local_)?prefix$/i.test(name)));
