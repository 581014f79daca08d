import { createRuntime } from '../index.ts';
import { embedding } from './embedding.ts';
import { serveEditor } from './server/serveEditor.ts';

serveEditor((options) => createRuntime({ ...options, ...embedding() }));
