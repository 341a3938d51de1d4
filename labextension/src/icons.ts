import { LabIcon } from '@jupyterlab/ui-components';

/**
 * The panel's own icon: a look at an environment, found well.
 */
export const envcheckIcon = new LabIcon({
  name: 'jupyterlab-envcheck:envcheck',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M12 2 3.5 6.8v9.9L12 21.5l3.2-1.8-1-1.7-2.2 1.2-6.5-3.7V8.6l6.5 3.7 6.5-3.7v2.9h2V6.8L12 2Zm0 2.3 5.4 3L12 10.3 6.6 7.2 12 4.3Z"/>
    <path d="m22.3 14.6-1.4-1.4-4.3 4.4-1.9-2-1.4 1.5 3.3 3.4 5.7-5.9Z"/>
  </g>
</svg>`
});

/**
 * A finding that breaks things.
 */
export const errorIcon = new LabIcon({
  name: 'jupyterlab-envcheck:error',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <path fill="currentColor" d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.2 9.1-1.1 1.1L8 9.1l-2.1 2.1-1.1-1.1L6.9 8 4.8 5.9l1.1-1.1L8 6.9l2.1-2.1 1.1 1.1L9.1 8l2.1 2.1Z"/>
</svg>`
});

/**
 * A finding that may hurt.
 */
export const warningIcon = new LabIcon({
  name: 'jupyterlab-envcheck:warning',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <path fill="currentColor" d="M8 1.2.6 14.4h14.8L8 1.2Zm.8 11.2H7.2v-1.6h1.6v1.6Zm0-2.8H7.2V5.8h1.6v3.8Z"/>
</svg>`
});

/**
 * A finding that could be better.
 */
export const adviceIcon = new LabIcon({
  name: 'jupyterlab-envcheck:advice',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <path fill="currentColor" d="M8 1 1 8l7 7 7-7-7-7Zm0 2.2L12.8 8 8 12.8 3.2 8 8 3.2ZM8 5.6 5.6 8 8 10.4 10.4 8 8 5.6Z"/>
</svg>`
});

/**
 * A finding that is good to know.
 */
export const noteIcon = new LabIcon({
  name: 'jupyterlab-envcheck:note',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <path fill="currentColor" d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 12.6A5.6 5.6 0 1 1 8 2.4a5.6 5.6 0 0 1 0 11.2ZM7.2 7h1.6v4.4H7.2V7Zm0-2.6h1.6V6H7.2V4.4Z"/>
</svg>`
});

/**
 * Something that runs.
 */
export const runningIcon = new LabIcon({
  name: 'jupyterlab-envcheck:running',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <path fill="currentColor" d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 12.6A5.6 5.6 0 1 1 8 2.4a5.6 5.6 0 0 1 0 11.2ZM6.3 4.7v6.6L11.4 8 6.3 4.7Z"/>
</svg>`
});

/**
 * All is well.
 */
export const wellIcon = new LabIcon({
  name: 'jupyterlab-envcheck:well',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <path fill="currentColor" d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 12.6A5.6 5.6 0 1 1 8 2.4a5.6 5.6 0 0 1 0 11.2Zm2.9-8.2 1 1-4.7 4.8L4.1 8l1-1 2.1 2.1 3.7-3.7Z"/>
</svg>`
});

/**
 * An environment of its own: venv, virtualenv, and what tools make of them.
 */
export const venvIcon = new LabIcon({
  name: 'jupyterlab-envcheck:venv',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M12 2 3.5 6.8v9.9L12 21.5l8.5-4.8V6.8L12 2Zm0 2.3 5.4 3L12 10.3 6.6 7.2 12 4.3ZM5.5 8.9l5.5 3.1v6.6l-5.5-3.1V8.9Zm7.5 9.7V12l5.5-3.1v6.6L13 18.6Z"/>
</svg>`
});

/**
 * An environment made of conda packages.
 */
export const condaIcon = new LabIcon({
  name: 'jupyterlab-envcheck:conda',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm0 2a8 8 0 0 1 7.7 5.8l-3.8 1A4 4 0 0 0 12 8V4Zm-1.5.1v4.2A4 4 0 0 0 8.2 11L4.3 9.6a8 8 0 0 1 6.2-5.5ZM4 12l4 .5a4 4 0 0 0 1.8 2.9l-2.2 3.3A8 8 0 0 1 4 12Zm8 8c-1 0-2-.2-3-.6l2.2-3.5 1.6.1 2.3 3.4A8 8 0 0 1 12 20Zm4.4-1.4-2.2-3.2a4 4 0 0 0 1.8-2.9l4-.5a8 8 0 0 1-3.6 6.6ZM12 14a2 2 0 1 1 0-4 2 2 0 0 1 0 4Z"/>
</svg>`
});

/**
 * A Python that belongs to the system, or to all of a user's projects.
 */
export const systemIcon = new LabIcon({
  name: 'jupyterlab-envcheck:system',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M20 3H4a2 2 0 0 0-2 2v11c0 1.1.9 2 2 2h6v2H8v2h8v-2h-2v-2h6a2 2 0 0 0 2-2V5a2 2 0 0 0-2-2Zm0 13H4V5h16v11Z"/>
</svg>`
});
