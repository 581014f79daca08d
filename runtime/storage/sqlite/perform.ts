import type { Work } from '../work.ts';
import type { Connection } from './connection.ts';

/** Does a unit of work at once. What a query throws is thrown where the work asked for it. */
export function perform<T>(connection: Connection, work: Work<T>): T {
  let step = work.next();
  while (!step.done) {
    let result: ReturnType<Connection['execute']>;
    try {
      result = connection.execute(step.value);
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next(result);
  }
  return step.value;
}
