/** Folders of tools and of other people's code, skipped even where no ignore file names them. */
const FOLDERS = new Set([
  '.git',
  '.hg',
  '.svn',
  '.jj',
  'node_modules',
  'bower_components',
  'jspm_packages',
  '__pycache__',
  '.venv',
  '.tox',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.gradle',
  '.terraform',
  '.next',
  '.nuxt',
  '.svelte-kit',
  '.turbo',
  '.parcel-cache',
  '.yarn',
  '.pnpm-store',
  '.nyc_output',
  '.vscode-test',
]);

/** Written by package managers. */
const LOCK_FILES = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
  'deno.lock',
  'cargo.lock',
  'poetry.lock',
  'pdm.lock',
  'uv.lock',
  'pipfile.lock',
  'gemfile.lock',
  'composer.lock',
  'mix.lock',
  'pubspec.lock',
  'packages.lock.json',
  'package.resolved',
  'flake.lock',
  'go.sum',
]);

/** Generated, or no text: what the ending tells need not be opened. */
const ENDINGS =
  /(?:[.-]min\.(?:js|mjs|cjs|css)|\.bundle\.js|\.map|\.tsbuildinfo|\.snap|\.(?:png|jpe?g|gif|webp|avif|ico|icns|bmp|tiff?|psd|heic|mp[34]|m4a|ogg|wav|flac|mov|avi|mkv|webm|woff2?|ttf|otf|eot|pdf|docx?|xlsx?|pptx?|odt|zip|gz|tgz|bz2|xz|zst|7z|rar|tar|jar|war|class|pyc|pyo|o|a|so|dll|dylib|exe|bin|wasm|node|pdb|db|sqlite3?|parquet|onnx|gguf|safetensors|pt|npy|vsix|deb|rpm|iso|dmg))$/;

export function isSkippedFolder(name: string): boolean {
  return FOLDERS.has(name.toLowerCase());
}

export function isSkippedFile(name: string): boolean {
  const lower = name.toLowerCase();
  return LOCK_FILES.has(lower) || ENDINGS.test(lower);
}
