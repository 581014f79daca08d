import { createRuntime } from '../index.ts';
import { serveEditor } from './server/serveEditor.ts';

serveEditor(createRuntime);
