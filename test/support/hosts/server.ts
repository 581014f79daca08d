import { serveEditor } from '../../../runtime/hosts/server/serveEditor.ts';
import { createFakeRuntime } from './fakeRuntime.ts';

serveEditor(createFakeRuntime);
