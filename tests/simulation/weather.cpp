#include "tests/simulation/weather.hpp"

#include <fmt/format.h>

namespace oms::simulation {
namespace {

using namespace std::chrono_literals;

/// In one of three seeds this kind of weather exists; then it is up to `most`.
double swarm(Random& random, double most) {
    if (random.fraction() > 0.34) return 0;
    return most * random.fraction();
}

Duration swarm(Random& random, Duration most) {
    if (random.fraction() > 0.34) return Duration{0};
    return std::chrono::duration_cast<Duration>(most * random.fraction());
}

}  // namespace

Weather Weather::of(Random& random, bool reads_past_index) {
    Weather weather;
    weather.lost_request = swarm(random, 0.1);
    weather.refused = swarm(random, 0.1);
    weather.lost_answer = swarm(random, 0.15);
    weather.late_effect = swarm(random, 0.08);
    weather.error_before = swarm(random, 0.1);
    weather.error_after = swarm(random, 0.15);
    weather.page = swarm(random, 0.05);
    weather.cut_body = swarm(random, 0.05);
    weather.throttled = swarm(random, 0.05);
    weather.unauthorized = swarm(random, 0.01);
    weather.anonymous = swarm(random, 0.01);
    weather.captcha = swarm(random, 0.005);
    weather.webhook_lost = swarm(random, 0.7);
    weather.webhook_twice = swarm(random, 0.5);
    weather.webhook_forged = swarm(random, 0.2);
    weather.webhook_late = swarm(random, Duration{90s});
    weather.trigger_lost = swarm(random, 0.8);
    weather.trigger_twice = swarm(random, 0.5);
    weather.trigger_forged = swarm(random, 0.1);
    weather.index_lag = swarm(random, Duration{150s});
    weather.index_flicker = swarm(random, 0.3);
    weather.events_late = swarm(random, Duration{25s});
    weather.poison_event = swarm(random, 0.05);
    weather.event_lost = swarm(random, 0.1);
    weather.same_second = random.fraction() < 0.1;
    weather.killed_at_call = swarm(random, 0.05);
    weather.killed_at_commit = swarm(random, 0.03);
    weather.disk_full = swarm(random, 0.02);
    weather.busy = swarm(random, 0.05);
    weather.commit_unknown = swarm(random, 0.03);
    // These two need the simulated disk, which is slower.
    weather.power_fails = swarm(random, 0.05);
    if (random.fraction() < 0.5) weather.power_fails = 0;
    weather.restore = random.fraction() < 0.1 ? 0.03 : 0;
    // Where Jira's search alone can find again what was forgotten, it must do so in the end.
    if (weather.restore > 0 && !reads_past_index) weather.index_flicker = 0;
    weather.clock_jump = swarm(random, 0.02);
    weather.far_jumps = random.fraction() < 0.1;
    // What is older than the process is told by the clock.
    if (weather.restore > 0) weather.far_jumps = false;
    weather.meanwhile = swarm(random, 0.5);
    return weather;
}

std::string in_words(const Weather& weather) {
    std::string words;
    const auto add = [&](const char* name, double chance) {
        if (chance > 0)
            words += fmt::format("{}{} {:.0f}%", words.empty() ? "" : ", ", name, chance * 100);
    };
    const auto add_time = [&](const char* name, Duration time) {
        if (time > Duration{0}) {
            words += fmt::format("{}{} {} s", words.empty() ? "" : ", ", name, time / 1s);
        }
    };
    add("lost requests", weather.lost_request);
    add("refused connections", weather.refused);
    add("lost answers", weather.lost_answer);
    add("late effects", weather.late_effect);
    add("errors before effect", weather.error_before);
    add("errors after effect", weather.error_after);
    add("HTML pages", weather.page);
    add("cut bodies", weather.cut_body);
    add("429", weather.throttled);
    add("401", weather.unauthorized);
    add("anonymous answers", weather.anonymous);
    add("CAPTCHA", weather.captcha);
    add("lost webhooks", weather.webhook_lost);
    add("repeated webhooks", weather.webhook_twice);
    add("forged webhooks", weather.webhook_forged);
    add_time("webhooks late by up to", weather.webhook_late);
    add("lost triggers", weather.trigger_lost);
    add("repeated triggers", weather.trigger_twice);
    add("forged triggers", weather.trigger_forged);
    add_time("index lag", weather.index_lag);
    add("index flicker", weather.index_flicker);
    add_time("events late by", weather.events_late);
    add("poison events", weather.poison_event);
    add("lost events", weather.event_lost);
    if (weather.same_second) words += ", full seconds";
    add("killed at a call", weather.killed_at_call);
    add("killed at a commit", weather.killed_at_commit);
    add("disk full", weather.disk_full);
    add("database busy", weather.busy);
    add("commits' answers lost", weather.commit_unknown);
    add("power fails", weather.power_fails);
    add("yesterday's database", weather.restore);
    add(weather.far_jumps ? "clock jumps by hours" : "clock jumps", weather.clock_jump);
    add("meanwhile", weather.meanwhile);
    return words.empty() ? "calm" : words;
}

}  // namespace oms::simulation
