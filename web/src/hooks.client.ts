/** Errors nobody caught. An address that leads nowhere is none: the page says so itself. */
import type { HandleClientError } from '@sveltejs/kit';

export const handleError: HandleClientError = ({ error, status, message }) => {
  if (status !== 404) console.error(error);
  return { message: status === 404 ? 'Check the address, or begin anew.' : message };
};
