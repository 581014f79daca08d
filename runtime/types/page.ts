/** A list cut at `limit`; `next` continues it and is absent at the end. */
export interface Page<T> {
  items: T[];
  next?: string;
}

/** Which part of a list. */
export interface PageQuery {
  limit: number;
  /** `next` of the page before. */
  cursor?: string;
}
