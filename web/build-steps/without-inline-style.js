/**
 * SvelteKit hides the element that tells screen readers the new page's title with a `style`
 * attribute, which `style-src 'self'` forbids. This gives it a class of ours instead.
 */
const STYLE = /(<div id="svelte-announcer"[^>]*?) style="[^"]*"/;

/** @returns {import('vite').Plugin} */
export function withoutInlineStyle() {
  return {
    name: 'without-inline-style',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/generated/root.svelte')) return undefined;
      if (!STYLE.test(code)) throw new Error("SvelteKit's announcer has no style attribute now");
      return code.replace(STYLE, '$1 class="unseen"');
    },
  };
}
