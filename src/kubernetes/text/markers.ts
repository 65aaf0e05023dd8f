export {
  BARE_MARKER,
  holdsMarker,
  isMarker,
  markersIn,
  withMarkersChanged,
  withoutDigests,
} from './redaction/markers.ts';
