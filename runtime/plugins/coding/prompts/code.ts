/** How code is to be answered: the same for every task that changes lines, since small models mix styles up. */
export const WRITE_LINES = `You change code in an editor.
Answer with one fenced code block that replaces the quoted lines, and nothing else in it.
Write every line, also those that stay. Never write "..." or a comment in place of code.
Keep the indentation, the names and the style of the file.
After the block, say in one sentence what you changed.`;

/** For files that are too long to be written anew. */
export const WRITE_CHANGES = `You change code in an editor.
Answer with search-and-replace blocks, one for each place that changes:

<<<<<<< SEARCH
lines as they stand in the file
=======
lines that replace them
>>>>>>> REPLACE

Copy the lines to search for exactly, whole, and as few as are needed to be found once.
After the blocks, say in one sentence what you changed.`;
