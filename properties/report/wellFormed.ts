/**
 * Why `xml` is not well-formed, or undefined when it is: one root, tags that match, attributes quoted and not
 * repeated, no bare ampersand. (HTML parsers, linkedom's among them, forgive all of these.)
 */
export function wellFormed(xml: string): string | undefined {
  const open: string[] = [];
  let roots = 0;
  let rest = xml.trim();
  const attribute = /\s+([\w:.-]+)=("[^"<]*"|'[^'<]*')/y;
  while (rest) {
    const text = /^[^<]+/.exec(rest)?.[0];
    if (text !== undefined) {
      if (/&(?!(amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i.test(text)) return `bare ampersand in "${text}"`;
      if (open.length === 0 && text.trim()) return `text outside the root: "${text}"`;
      rest = rest.slice(text.length);
      continue;
    }
    const end = /^<\/([\w:.-]+)\s*>/.exec(rest);
    if (end) {
      if (open.pop() !== end[1]) return `unexpected </${end[1]}>`;
      rest = rest.slice(end[0].length);
      continue;
    }
    const start = /^<([\w:.-]+)/.exec(rest);
    if (!start) return `not a tag: ${rest.slice(0, 40)}`;
    attribute.lastIndex = start[0].length;
    const names = new Set<string>();
    let at = attribute.lastIndex;
    for (let found = attribute.exec(rest); found; found = attribute.exec(rest)) {
      if (names.has(found[1])) return `attribute ${found[1]} twice in <${start[1]}>`;
      if (/&(?!(amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i.test(found[2]))
        return `bare ampersand in ${found[0]}`;
      names.add(found[1]);
      at = attribute.lastIndex;
    }
    const close = /^\s*(\/?)>/.exec(rest.slice(at));
    if (!close) return `broken tag: ${rest.slice(0, 80)}`;
    if (open.length === 0) roots += 1;
    if (!close[1]) open.push(start[1]);
    rest = rest.slice(at + close[0].length);
  }
  if (open.length > 0) return `never closed: ${open.join(', ')}`;
  return roots === 1 ? undefined : `${roots} roots`;
}
