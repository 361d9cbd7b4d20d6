/** One static page for all addresses: everything is drawn in the browser. */
export const ssr = false;
export const prerender = false;
