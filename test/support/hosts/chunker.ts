// The process that cuts files: lies beside a server that indexes.
import '../../../runtime/workspace/chunk/worker.ts';
