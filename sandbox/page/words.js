/**
 * The page's own words, in the language of whoever looks.
 *
 * English stands where it is used, German in german.json, which the server reads as well. A word
 * is looked up when it is drawn, so nothing here may be asked for while a module is loaded.
 */

const ENGLISH = "en";
const CATALOGUES = { de: await (await fetch("/page/german.json")).json() };

let language = known(navigator.language);

/** Speak the language of a locale from now on; without one, go on as before. */
export function speak(locale) {
  if (locale) language = known(locale);
  document.documentElement.lang = language;
}

/** The language that is spoken, "en" or "de"; what is drawn once has to be drawn again after it. */
export function spoken() {
  return language;
}

/** A sentence in this language, with `{name}` replaced by the value of that name. */
export function words(sentence, values = {}) {
  const translated = CATALOGUES[language]?.[sentence] ?? sentence;
  return translated.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

/** One thing or several, with `{count}` in it. */
export function counted(one, several, count) {
  return words(count === 1 ? one : several, { count });
}

function known(locale) {
  const wanted = locale.split("-")[0];
  return wanted in CATALOGUES ? wanted : ENGLISH;
}
