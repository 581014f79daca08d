/** Part of a list that goes by id. */
export interface IdPage {
  /** The last id of the page before. */
  after: string | undefined;
  limit: number;
}

/** Where a list that goes by time goes on: beyond the row with these values. */
export interface TimePosition {
  createdAt: number;
  id: string;
}

/** Part of a list that goes by time. */
export interface TimePage {
  after: TimePosition | undefined;
  limit: number;
}
