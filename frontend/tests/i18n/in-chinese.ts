// Imported first, it makes the page Chinese, with the texts that the server would give it.

import { readFileSync } from 'node:fs';

const FILE = '../../../dashboard/translations/zh_Hans/LC_MESSAGES/messages.po';

/** The file's entries, of a line for each of their parts. */
function read(): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = { texts: {}, said: {}, titles: {} };
  const contexts: Record<string, string> = { said: 'said', title: 'titles' };
  const po = readFileSync(new URL(FILE, import.meta.url), 'utf8');
  const line = (entry: string, name: string): string | undefined => {
    const [, text] = new RegExp(`^${name} (".*")$`, 'm').exec(entry) ?? [];
    return text && JSON.parse(text);
  };
  for (const entry of po.split('\n\n').slice(1)) {
    const english = line(entry, 'msgid');
    const text = line(entry, 'msgstr') ?? line(entry, 'msgstr\\[0\\]');
    const kind = contexts[line(entry, 'msgctxt') ?? ''] ?? 'texts';
    if (english && text) Object.assign(found[kind] ?? {}, { [english]: text });
  }
  return found;
}

const href = `data:application/json,${encodeURIComponent(JSON.stringify(read()))}`;
const page = { documentElement: { lang: 'zh-Hans' }, querySelector: () => ({ href }) };
Object.assign(globalThis, { document: page });
