/** A part with a life of its own: a connection, an index, a watcher. */
export interface IService {
  /** What it lets the agent do, in a sentence. */
  capabilityDescription: string;
  stop(): Promise<void>;
}

/** How a service comes into being: a class with a type and a `start`. It is started once, on first use. */
export interface ServiceClassFor<R> {
  serviceType: string;
  start(runtime: R): Promise<IService>;
}
