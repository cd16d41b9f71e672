/** The emoji names that the sandbox knows; any other `:name:` is shown as it was typed. */

const NAMES = {
  "+1": "👍", "-1": "👎", alarm_clock: "⏰", arrow_down: "⬇️", arrow_left: "⬅️", arrow_right: "➡️", arrow_up: "⬆️",
  ballot_box_with_check: "☑️", bar_chart: "📊", bell: "🔔", black_circle: "⚫", books: "📚", briefcase: "💼", bulb: "💡",
  calendar: "📆", chart_with_downwards_trend: "📉", chart_with_upwards_trend: "📈", clap: "👏", clipboard: "📋",
  coffee: "☕", date: "📅", door: "🚪", email: "📧", exclamation: "❗", eyes: "👀", fire: "🔥", gear: "⚙️", green_circle: "🟢",
  grey_question: "❔", handshake: "🤝", heart: "❤️", heavy_check_mark: "✔️", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  house: "🏠", information_source: "ℹ️", key: "🔑", large_blue_circle: "🔵", large_green_circle: "🟢",
  large_orange_circle: "🟠", large_red_square: "🟥", large_yellow_circle: "🟡", link: "🔗", lock: "🔒", mag: "🔍",
  memo: "📝", money_with_wings: "💸", moneybag: "💰", mute: "🔇", no_entry: "⛔", no_entry_sign: "🚫", octagonal_sign: "🛑",
  ok: "🆗", ok_hand: "👌", pencil: "✏️", pencil2: "✏️", point_right: "👉", pray: "🙏", pushpin: "📌", question: "❓",
  raised_hand: "✋", raised_hands: "🙌", red_circle: "🔴", rocket: "🚀", rotating_light: "🚨", scales: "⚖️", seedling: "🌱",
  shield: "🛡️", simple_smile: "🙂", slightly_smiling_face: "🙂", smile: "😄", sob: "😭", speech_balloon: "💬", star: "⭐",
  tada: "🎉", thinking_face: "🤔", thumbsdown: "👎", thumbsup: "👍", traffic_light: "🚦", trophy: "🏆", unlock: "🔓",
  walking: "🚶", warning: "⚠️", wastebasket: "🗑️", wave: "👋", white_check_mark: "✅", white_circle: "⚪", x: "❌",
  yellow_circle: "🟡", zap: "⚡", zzz: "💤", running: "🏃", donkey: "🫏",
};

/** The character for a name without colons, or undefined. */
export function emojiNamed(name) {
  return Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
}

/** Replace every known `:name:` in a text. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (typed, name) => emojiNamed(name) ?? typed);
}
