export { counterparts, member } from './redaction/places.ts';
