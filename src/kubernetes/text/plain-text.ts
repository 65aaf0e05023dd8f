export { plainText } from './redaction/plain-text.ts';
