import type { ZxcvbnResult } from "@zxcvbn-ts/core";

export interface Strength {
  /** 0 (guessed at once) to 4 (out of reach). */
  score: 0 | 1 | 2 | 3 | 4;
  advice: string | null;
}

let estimator: Promise<(password: string, known: string[]) => ZxcvbnResult> | null = null;

/** How hard a password is to guess. `known` are words an attacker would try first, such as the e-mail address. */
export async function passwordStrength(password: string, known: string[]): Promise<Strength> {
  estimator ??= loadEstimator();
  const { score, feedback } = (await estimator)(password.slice(0, 100), known);
  return { score, advice: feedback.warning ?? feedback.suggestions[0] ?? null };
}

/** The word lists weigh more than the whole page, so they come only when somebody types a new password. */
async function loadEstimator() {
  const [{ zxcvbn, zxcvbnOptions }, common] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
  ]);
  zxcvbnOptions.setOptions({
    dictionary: common.dictionary,
    graphs: common.adjacencyGraphs,
    translations: ADVICE,
  });
  return (password: string, known: string[]) =>
    zxcvbn(
      password,
      known.flatMap((word) => [word, ...word.split(/\W+/)]),
    );
}

const ADVICE = {
  warnings: {
    straightRow: "Rows of keys are guessed quickly.",
    keyPattern: "Short patterns of keys are guessed quickly.",
    simpleRepeat: "Repeated characters are guessed quickly.",
    extendedRepeat: "Repeated groups of characters are guessed quickly.",
    sequences: "Sequences such as abc or 6543 are guessed quickly.",
    recentYears: "Recent years are guessed quickly.",
    dates: "Dates are guessed quickly.",
    topTen: "This is one of the most used passwords.",
    topHundred: "This is a very often used password.",
    common: "This is an often used password.",
    similarToCommon: "This is close to an often used password.",
    wordByItself: "A single word is guessed quickly.",
    namesByThemselves: "A single name is guessed quickly.",
    commonNames: "Common names are guessed quickly.",
    userInputs: "Your e-mail address and user name are tried first.",
    pwned: "This password was in a published leak.",
  },
  suggestions: {
    l33t: "Writing a as @ and the like helps little.",
    reverseWords: "Words spelled backwards help little.",
    allUppercase: "Capitals alone help little.",
    capitalization: "A capital at the start helps little.",
    dates: "Leave out dates that are about you.",
    recentYears: "Leave out recent years.",
    associatedYears: "Leave out years that are about you.",
    sequences: "Leave out sequences of characters.",
    repeated: "Leave out repetitions.",
    longerKeyboardPattern: "Use longer patterns with turns.",
    anotherWord: "Add another word or two.",
    useWords: "Several unrelated words are easy to keep and hard to guess.",
    noNeed: "Symbols and digits are not needed when it is long.",
    pwned: "Do not use it anywhere.",
  },
  timeEstimation: {
    ltSecond: "less than a second",
    second: "{base} second",
    seconds: "{base} seconds",
    minute: "{base} minute",
    minutes: "{base} minutes",
    hour: "{base} hour",
    hours: "{base} hours",
    day: "{base} day",
    days: "{base} days",
    month: "{base} month",
    months: "{base} months",
    year: "{base} year",
    years: "{base} years",
    centuries: "centuries",
  },
};
