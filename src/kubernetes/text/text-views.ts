export { viewsOf } from './redaction/text-views.ts';
