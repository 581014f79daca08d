// Loaded into a served VS Code before all else: its standard input is a pipe from the script that serves it.
// When that ends, however it ends, so does this group of processes.
process.stdin
  .on('end', () => process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL'))
  .resume();
