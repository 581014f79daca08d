import * as z from 'zod';

/** What a function is called, takes, gives back and streams. The handler is in `functions/`. */
export interface FunctionSpec<
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
  C extends z.ZodType = z.ZodType,
> {
  readonly summary: string;
  readonly input: I;
  readonly output: O;
  /** Present where the function streams. */
  readonly chunk?: C;
}

/** A page of a list: `next` is the cursor of the page that follows, where there is one. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().optional() });
export const limit = z.int().min(1).max(200).default(50);
export const cursor = z.string().max(200).optional();
export const done = z.object({ done: z.boolean() });
export const modelName = z.string().min(1).max(200);
