import { serveEditor } from '../../../runtime/hosts/server/serveEditor.ts';
import { createRuntime } from '../../../runtime/index.ts';

serveEditor(createRuntime);
