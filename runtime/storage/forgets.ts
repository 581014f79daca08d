/** Removes what a person may want to be forgotten. What the runtime clears away by itself is not among it. */
export const FORGETS =
  /^\s*delete from "?(memories|rooms|worlds|entities|components|relationships|agents)"?\s/i;

/** Changes parts of indexes, which hold words of what they are about. */
export const REPLACES = /^\s*(delete from|insert into) "?blobs"?\s/i;
