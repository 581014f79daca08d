import path from 'node:path';
import type { RuntimeOptions } from '../index.ts';
import { dataFolder } from './cli/storageDir.ts';

/**
 * Where the embedder's parts are: beside the bundle that this is part of, and, for models that the person
 * downloaded, in the system's folder for data, for the editor and the command line alike.
 */
export function embedding(): Pick<RuntimeOptions, 'embedding'> {
  return {
    embedding: {
      worker: path.join(__dirname, 'embedder.js'),
      bundled: path.join(__dirname, 'models'),
      downloads: path.join(dataFolder(), 'zoey', 'models'),
    },
  };
}
