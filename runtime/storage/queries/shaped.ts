import { isDeepStrictEqual } from 'node:util';
import type { CompiledQuery } from 'kysely';

/** Shapes of one query that are kept. One with more is built each time from then on. */
const MAX_SHAPES = 32;

/**
 * A query whose text is built once for each shape, since building it costs more than running it: only the
 * values differ. Where `values` turn out not to be the parameters, in their order, it is built each time.
 */
export function shaped<Args extends readonly unknown[], Row>(
  build: (...args: Args) => CompiledQuery<Row>,
  shapeOf: (...args: Args) => string,
  values: (...args: Args) => readonly unknown[],
): (...args: Args) => CompiledQuery<Row> {
  const known = new Map<string, CompiledQuery<Row>>();
  return (...args) => {
    const shape = shapeOf(...args);
    const built = known.get(shape);
    if (built !== undefined) return { ...built, parameters: values(...args) };
    const query = build(...args);
    const isTheirs = isDeepStrictEqual(query.parameters, values(...args));
    if (isTheirs && known.size < MAX_SHAPES) known.set(shape, query);
    return query;
  };
}

/** A query of one shape, whose parameters are its arguments. */
export function fixed<Args extends readonly unknown[], Row>(
  build: (...args: Args) => CompiledQuery<Row>,
): (...args: Args) => CompiledQuery<Row> {
  return shaped(
    build,
    () => '',
    (...args) => args,
  );
}
