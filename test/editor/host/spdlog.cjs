// Stands in for @vscode/spdlog, whose native half is not compiled here: without it VS Code keeps every log
// line in memory and output channels stay empty. Same interface, same format, files of the same size.
const fs = require('node:fs');
const path = require('node:path');

const LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

/** The local time as VS Code's output view parses it. */
function stamp() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000)
    .toISOString()
    .slice(0, 23)
    .replace('T', ' ');
}

class Logger {
  #level = 2;
  #plain = false;

  /** Keeps one older file beside `file` once it grows over `size` bytes; `count` of 1 never rotates. */
  constructor(_type, _name, file, size, count) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    this.file = file;
    this.size = size;
    this.count = count;
  }

  log(level, message) {
    if (level < this.#level) return;
    const line = this.#plain ? message : `${stamp()} [${LEVELS[level]}] ${message}\n`;
    try {
      if (this.count > 1 && fs.statSync(this.file, { throwIfNoEntry: false })?.size > this.size) {
        fs.renameSync(this.file, `${this.file}.1`);
      }
      fs.appendFileSync(this.file, line);
    } catch {
      // A log that cannot be written must not take down what it logs.
    }
  }

  trace(message) {
    this.log(0, message);
  }
  debug(message) {
    this.log(1, message);
  }
  info(message) {
    this.log(2, message);
  }
  warn(message) {
    this.log(3, message);
  }
  error(message) {
    this.log(4, message);
  }
  critical(message) {
    this.log(5, message);
  }
  getLevel() {
    return this.#level;
  }
  setLevel(level) {
    this.#level = level;
  }
  setPattern() {}
  clearFormatters() {
    this.#plain = true;
  }
  flush() {}
  drop() {}
}

const create = async (name, file, size, count) => new Logger('rotating', name, file, size, count);

// One assignment each: VS Code imports them by name, and Node finds names in this form alone.
exports.version = 0;
exports.Logger = Logger;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
