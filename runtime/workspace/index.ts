export { cutDocument } from './chunk/cutDocument.ts';
export { indexedPassages, placeIn } from './indexing/passages.ts';
export { createWorkspaceIndex, type WorkspaceIndex } from './indexing/workspaceIndex.ts';
export { createPassages } from './passages.ts';
export { readPiece } from './piece.ts';
