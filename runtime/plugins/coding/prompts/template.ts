/** What a model is told for one task. `{{name}}` is filled in; a line whose only slot is empty goes away. */
export interface TaskPrompt {
  /** Who it is and how it answers. */
  system: string;
  /** What it is asked, below the code. */
  ask: string;
}

/** Fills the slots. What is filled in is never read as a template itself. */
export function fill(template: string, slots: Readonly<Record<string, string>>): string {
  return template
    .split('\n')
    .flatMap((line) => {
      const only = /^\{\{(\w+)\}\}$/.exec(line)?.[1];
      if (only !== undefined && (slots[only] ?? '') === '') return [];
      return [line.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => slots[name] ?? '')];
    })
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
