export { createPassages } from './passages.ts';
export { readPiece } from './piece.ts';
