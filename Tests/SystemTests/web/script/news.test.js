// News of images that are waited for, where no stream of events brings them.
import { followImages } from "/assets/events.js";
import { Clock, equal, json, replacing, until } from "./support.js";

class NoEvents {
  static OPEN = 1;
  static CLOSED = 2;
  readyState = 0;
  addEventListener() {}
  close() {}
}

export default {
  async "each look asks for a hundred, the next one for those behind them, until all have had their turn"() {
    const clock = new Clock();
    const looks = [];
    const fetched = async (url) => {
      const ids = new URLSearchParams(url.split("?")[1]).get("ids").split(",");
      looks.push([ids.at(0), ids.at(-1), ids.length]);
      return json({ images: ids.map((id) => ({ image_id: id })) });
    };
    let waiting = Array.from({ length: 250 }, (_, index) => index);
    const told = new Set();
    const replaced = [...clock.replacements(), [globalThis, "fetch", fetched], [globalThis, "EventSource", NoEvents]];
    await replacing(replaced, async () => {
      followImages("", (image) => told.add(image.image_id), () => waiting);
      const look = async () => {
        await until(() => clock.timers.length);
        clock.runNext();
        await until(() => clock.timers.length);
      };
      for (let count = 0; count < 3; count++) await look();
      equal(looks, [["0", "99", 100], ["100", "199", 100], ["200", "249", 50]]);
      equal(told.size, 250);
      await look();
      // Those that are done are not waited for any more.
      waiting = waiting.slice(0, 120);
      await look();
      await look();
      equal(looks.slice(3), [["0", "99", 100], ["100", "119", 20], ["0", "99", 100]]);
    });
  },
};
