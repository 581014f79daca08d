export interface ZipEntry {
  name: string;
  /** Bytes, unpacked. */
  size: number;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;

/** The files of a ZIP archive, from its central directory (APPNOTE 4.3.12). No ZIP64: a VSIX is small. */
export function zipEntries(archive: Buffer): ZipEntry[] {
  let end = archive.length - 22;
  while (end >= 0 && archive.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw new Error('not a ZIP archive');
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (archive.readUInt32LE(at) !== ENTRY) throw new Error(`no entry at ${at}`);
    const length = archive.readUInt16LE(at + 28);
    entries.push({
      name: archive.toString('utf8', at + 46, at + 46 + length),
      size: archive.readUInt32LE(at + 24),
    });
    at += 46 + length + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}
