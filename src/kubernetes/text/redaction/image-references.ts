import { looksRandom } from './credential-values.ts';

/** A repository up to its last name, in a registry or not; no address with a scheme. */
const PATH = /(?<![a-z0-9._:/@-])(?![a-z+.-]{1,20}:\/\/)[a-z0-9][a-z0-9._/:-]*\/$/;
/** With the host of a registry. */
const REGISTRY = /^(?:[a-z0-9-]+\.[a-z0-9.-]+|localhost)(?::\d{1,5})?\//;
/** After the word itself: a sign or a quote, or a path. */
const LABEL =
  /\bimage(?:(?:\\{0,8}["'`]){0,2}[^\S\n]{0,2}[:=][^\S\n]{0,20}(?:\\{0,8}["'`])?|[^\S\n]\\{0,8}["'`]|[^\S\n](?=[a-z0-9._:-]{1,100}\/))(?:[a-z0-9._/:-]{1,250}\/)?$/i;
const NAME = /^[a-z0-9][a-z0-9._-]*$/;
const TAG = /^([\w][\w.-]{0,127})(?=[,;)\]}|&<]?(?:[\s"'`\\]|$)|@sha\d)/;
/** Versions, builds of commits, and branches. */
const VERSION =
  /^(?:v?\d{1,4}(?:[.-][\w.-]*)?|v\d{1,8}(?:[a-z]{1,5}\d{0,3})?(?:[.-][\w.-]*)?|(?:sha|git|build|pr|rc)-?[0-9a-f]{1,64}|(?:latest|main|master|stable|edge|nightly|dev|develop|development|prod|production|staging|test|canary|release|snapshot|head|alpine|slim|debug|local)(?:-[\w.-]*)?)$/i;
/** A word and its number are a password's, unless the word is a release's. */
const CHOSEN =
  /(?:^|[-._\d])(?!(?:alpine|bookworm|bullseye|buster|ubuntu|debian|focal|jammy|noble|fedora|centos|python|openjdk|build|release|version|stage|canary|nightly|alpha|beta|preview|snapshot)\d)[a-z]{5,}\d/i;
/** Such that nobody chooses as a password. */
const PLAIN_VERSION = /^(?:v?\d{1,4}\.\d[\w.-]*|v\d{1,8}|latest)$/;
/** Who names an image so? */
const NOUN = /^(?:pass(?:word|wd|phrase)?|pwd|token|secret|credential|key)s?$/i;
/** A whole one, as in a field for it. */
const WHOLE =
  /^(?:[a-z-]{1,30}:\/\/)?(?=[^\s@]*[/:@])(?:[a-zA-Z0-9.-]{1,253}(?::\d{1,5})?\/)?[a-z0-9][a-z0-9._/-]{0,254}(?::\w[\w.-]{0,127})?(?:@sha\d{3}:[0-9a-f]{32,128})?$/;

/** Is a colon after this name that of an image, with its tag behind it: `quay.io/x/auth-token:v2`? */
export function isImageTag(before: string, name: string, after: string): boolean {
  const tag = TAG.exec(after)?.[1];
  const last = name.slice(name.lastIndexOf('/') + 1);
  if (tag === undefined || !NAME.test(last) || looksRandom(tag) || CHOSEN.test(tag)) return false;
  const path = PATH.exec(before)?.[0];
  const isNoun = NOUN.test(last);
  if (LABEL.test(before)) return !isNoun || path !== undefined;
  if (path === undefined || path.includes('//')) return false;
  if (REGISTRY.test(path)) return VERSION.test(tag) || /^\d+$/.test(tag);
  return !isNoun && PLAIN_VERSION.test(tag);
}

/** Is this an image, as in fields for one? */
export function isImage(text: string): boolean {
  return WHOLE.test(text);
}
