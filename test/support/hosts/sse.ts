export interface ServerEvent {
  event: string;
  data: unknown;
}

/**
 * Reads server-sent events from bytes, however these were cut. Written after the standard, and not after the
 * encoder: line ends of all kinds, comments, several lines of data, one blank after the colon.
 */
export async function* readEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent, void, void> {
  const decoder = new TextDecoder();
  let rest = '';
  let fields: Record<string, string[]> = {};
  for await (const piece of bytes) {
    rest += decoder.decode(piece, { stream: true });
    // A carriage return at the end may be the first half of a line end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') {
        const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/su.exec(line) ?? [];
        fields[name] = [...(fields[name] ?? []), value];
        continue;
      }
      const { event = ['message'], data } = fields;
      fields = {};
      if (data !== undefined) yield { event: event.at(-1) ?? '', data: JSON.parse(data.join('\n')) };
    }
  }
}

/** All events of a response. */
export async function collectEvents({ body }: Response): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  if (body !== null) for await (const event of readEvents(body)) events.push(event);
  return events;
}
