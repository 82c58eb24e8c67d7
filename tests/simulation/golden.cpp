#include "tests/simulation/golden.hpp"

#include "store/links.hpp"

namespace oms::simulation {
namespace {

using namespace std::chrono_literals;

const Subject project = Subject::of(ProjectId{1});
const Subject first = Subject::of(OrderId{{1}, {1}});
const Subject second = Subject::of(OrderId{{1}, {2}});

// Acts of people, about the first order where nothing else is said.

Act of_people(const std::function<std::string(People&)>& act) {
    return {[act](World& world) { return act(world.people()); }};
}

Act about(const Subject& subject, const std::function<std::string(People&)>& act) {
    return of_people([=](People& people) {
        people.aim(subject);
        std::string words = act(people);
        people.aim(std::nullopt);
        return words;
    });
}

const Act new_project = of_people([](People& people) { return people.new_project(); });

Act order(int offer = 1) {
    return of_people([=](People& people) { return people.new_order(offer); });
}
Act message(const char* scope = "public", const char* role = "user", std::size_t length = 0) {
    return about(first, [=](People& people) { return people.write_message(scope, role, length); });
}
Act comment(bool restricted = false) {
    return about(first, [=](People& people) { return people.write_comment(restricted); });
}
Act in_jira(const char* status) {
    return about(first, [=](People& people) { return people.move_status(status); });
}
Act in_marketplace(const char* status) {
    return about(first, [=](People& people) { return people.market_status(status); });
}
Act voucher(const char* text) {
    return about(first, [=](People& people) { return people.set_voucher(text); });
}
Act restricts(bool restricted) {
    return about(first, [=](People& people) { return people.restrict_comment(restricted); });
}
const Act edit_message = about(first, [](People& people) { return people.edit_message(); });
const Act edit_comment = about(first, [](People& people) { return people.edit_comment(); });
Act hides(bool hidden) {
    return about(first, [=](People& people) { return people.hide_comment(hidden); });
}
const Act delete_comment = about(first, [](People& people) { return people.delete_comment(); });
const Act move_away = about(first, [](People& people) { return people.move_issue(); });
const Act move_epic = of_people([](People& people) { return people.move_epic(); });
const Act delete_issue = about(first, [](People& people) { return people.delete_issue(); });
const Act clone = about(first, [](People& people) { return people.clone_issue(); });
const Act rename = of_people([](People& people) { return people.edit_project(); });
const Act forget_project = of_people([](People& people) { return people.delete_project(); });

/// Two things before the adapter sees either.
Act both(const Act& one, const Act& other) {
    return {[=](World& world) {
        const std::string words = one.run(world);
        return words.empty() ? words : words + ", and " + other.run(world);
    }};
}

// Acts of operators and of the machine.

/// In a story where the bound of calls cannot hold: something is broken at the remote, or compared.
Act at_any_cost(Act act) {
    act.cost_counts = false;
    return act;
}

const Act sweep = at_any_cost({[](World& world) {
    return std::string{world.sweep() ? "an operator has everything compared" : ""};
}});

Act setting(const char* name, const char* value) {
    return {[=](World& world) {
        world.restart({{name, value}});
        return std::string{"an operator sets "} + name;
    }};
}

const Act locked_out{[](World& world) {
    world.people().jira_do("settings", {{"captcha", "oms"}});
    return std::string{"Jira wants a person to log in"};
}};
const Act let_in{[](World& world) {
    world.people().jira_do("settings", {{"log_in", "oms"}});
    world.wait(2min);
    return std::string{"a person logs in"};
}};

const Act back_up{[](World& world) {
    world.back_up();
    return std::string{"the database is backed up"};
}};

const Act restore{[](World& world) {
    world.restore();
    return std::string{"a database is put back"};
}};

/// The switch: from shadow mode, and back into it.
const Act in_shadow = at_any_cost(setting("OMS_DRY_RUN", "1"));
/// The same, once the order has its issue: in shadow mode nobody would make it.
const Act in_shadow_later = at_any_cost({[](World& world) {
    if (world.people().issue_of(first).empty()) return std::string{};
    return in_shadow.run(world);
}});
const Act for_real = at_any_cost(setting("OMS_DRY_RUN", "0"));

const Act restart = setting("OMS_LOG_LEVEL", "info");

Act without_hints(const Act& act) {
    return {[=](World& world) {
        world.lose_hints(true);
        const std::string words = act.run(world);
        world.wait(1s);
        world.lose_hints(false);
        return words;
    }};
}

/// The second is done while the adapter carries the first.
Act while_it_is_carried(const Act& one, const Act& other) {
    return {[=](World& world) {
        world.during_next_write([&world, other] { return other.run(world); });
        return one.run(world);
    }};
}

/// Jira's search shows nothing new, for hours, and nothing comes by itself: only its keys tell what
/// was made.
const Act index_stands_still{[](World& world) {
    world.lag_index(24h);
    world.lose_hints(true);
    return std::string{"Jira's index stands still, and no webhook or trigger arrives"};
}};
/// By then polls have told of everything, and it has been looked for what became of each request.
const Act index_goes_on{[](World& world) {
    world.wait(10min);
    world.lag_index(0h);
    world.lose_hints(false);
    return std::string{"Jira's index goes on, and what is sent arrives"};
}};

const Act in_bursts{
    [](World& world) {
        world.begin_bursts();
        return std::string{"Jira changes many issues at once"};
    },
    false};
const Act agree_at_once{[](World& world) {
    world.agree_at_once();
    return std::string{"both sides are compared"};
}};

const Act poison{[](World& world) {
    world.people().market_do("settings", {{"poison_events", 1}});
    return std::string{"the next event cannot be shown"};
}};

const Act lost_event{[](World& world) {
    world.people().market_do("settings", {{"drop_events", 1}});
    return std::string{"the next event is lost"};
}};

/// An order whose issue somebody else's integration has made, found by its reference.
const Act adopted_order{[](World& world) {
    world.lose_hints(true);
    People& people = world.people();
    std::string words = people.new_order(1);
    if (!words.empty()) words += ", and " + people.stand_in(first, "made before");
    world.wait(1s);
    world.lose_hints(false);
    return words;
}};

/// A link as a seed file makes it: to an issue, and nothing compared yet.
const Act taken_over{[](World& world) {
    world.lose_hints(true);
    People& people = world.people();
    std::string words = people.new_order(1);
    if (words.empty()) return words;
    words += ", and " + people.stand_in(first, "made before");
    world.database().write([&](store::Connection& connection) {
        const IssueId issue{people.issue_of(first)};
        store::put_link(
            connection,
            {.subject = first,
             .issue_id = issue,
             .issue_key = IssueKey{"EOSC-" + issue.value},
             .linked_at = world.clock().now()}
        );
    });
    world.lose_hints(false);
    return words;
}};

}  // namespace

const std::vector<GoldenStory>& golden_stories() {
    static const std::vector<GoldenStory> stories{
        {"create", {new_project, order()}},
        {"two orders of one project", {new_project, order(), order(2)}},
        {"order and project at once", {both(new_project, order())}},
        {"status from Jira", {new_project, order(), in_jira("2"), in_jira("7")}},
        {"status from the marketplace",
         {new_project, order(), in_marketplace("in_progress"), in_marketplace("closed")}},
        {"both statuses at once",
         {new_project, order(), both(in_jira("3"), in_marketplace("approved"))}},
        {"both to the same status",
         {new_project, order(), both(in_jira("5"), in_marketplace("rejected"))}},
        {"the marketplace sets an order back", {new_project, order(), in_marketplace("created")}},
        {"message", {new_project, order(), message()}},
        {"three messages at once",
         {new_project, order(), both(message(), both(message(), message()))}},
        {"message with the order", {new_project, both(order(), message())}},
        {"long message", {new_project, order(), at_any_cost(message("public", "user", 40'000))}},
        {"internal and user_direct messages",
         {new_project,
          order(),
          message("internal", "provider"),
          message("user_direct", "provider")}},
        {"message on a project",
         {new_project,
          about(project, [](People& people) { return people.write_message("public", "user"); })}},
        {"comment", {new_project, order(), comment()}},
        {"three comments at once",
         {new_project, order(), both(comment(), both(comment(), comment()))}},
        // Jira is not polled: only what the inbox held tells.
        {"webhooks in a burst",
         {setting("OMS_JIRA_POLL_INTERVAL", "24h"),
          new_project,
          order(),
          in_bursts,
          both(comment(), both(comment(), in_jira("2"))),
          edit_comment,
          both(voucher("V-1"), comment(true)),
          agree_at_once}},
        {"comment and message at once", {new_project, order(), both(comment(), message())}},
        // Jira is not polled: only the hint that comes during the work tells.
        {"comment while a message is carried",
         {setting("OMS_JIRA_POLL_INTERVAL", "24h"),
          new_project,
          order(),
          while_it_is_carried(message(), comment()),
          agree_at_once}},
        {"status while a message is carried",
         {setting("OMS_JIRA_POLL_INTERVAL", "24h"),
          new_project,
          order(),
          while_it_is_carried(message(), in_jira("2")),
          agree_at_once}},
        {"edited message", {new_project, order(), message(), edit_message}},
        {"edited comment", {new_project, order(), comment(), edit_comment}},
        {"edited before it was carried",
         {new_project, order(), both(message(), edit_message), both(comment(), edit_comment)}},
        {"restricted comment, then opened",
         {new_project, order(), comment(true), restricts(false)}},
        {"comment restricted after it was carried",
         {new_project, order(), comment(), restricts(true), edit_comment}},
        {"comment hidden from us, and shown again",
         {new_project, order(), comment(), hides(true), hides(false), edit_comment}},
        {"deleted comment", {new_project, order(), comment(), delete_comment}},
        {"voucher", {new_project, order(), voucher("V-1"), voucher("V-2"), voucher("")}},
        {"voucher and status at once", {new_project, order(), both(voucher("V-1"), in_jira("4"))}},
        {"renamed project", {new_project, rename, sweep}},
        {"adopted order", {new_project, adopted_order, at_any_cost(message()), in_jira("2")}},
        {"taken-over order", {new_project, taken_over, at_any_cost(message()), in_jira("2")}},
        {"another OMS's order", {new_project, order(5), in_jira("2"), message(), comment()}},
        {"poison event", {new_project, poison, at_any_cost(order()), at_any_cost(message())}},
        {"lost event", {new_project, order(), lost_event, message(), sweep}},
        {"lost hints",
         {new_project,
          order(),
          without_hints(message()),
          without_hints(comment()),
          without_hints(in_jira("2"))}},
        {"Jira's index stands still",
         {new_project,
          index_stands_still,
          at_any_cost(order()),
          at_any_cost(order(2)),
          at_any_cost(index_goes_on),
          comment()}},
        {"moved issue", {new_project, order(), move_away, message(), in_jira("3")}},
        {"moved epic", {new_project, move_epic, at_any_cost(order())}},
        {"deleted issue", {new_project, order(), order(2), delete_issue, message()}},
        {"cloned issue", {new_project, order(), clone, in_jira("2")}},
        {"the marketplace deletes a project", {new_project, order(), forget_project, sweep}},
        {"locked out of Jira",
         {new_project, locked_out, at_any_cost(both(order(), message())), at_any_cost(let_in)}},
        {"deleted before it was carried",
         {new_project,
          locked_out,
          at_any_cost(both(order(), message())),
          forget_project,
          at_any_cost(let_in)}},
        {"restart", {new_project, order(), message(), restart, comment(), message()}},
        {"settings changed",
         {new_project,
          order(),
          setting("OMS_STATUS_CONFLICT", "marketplace"),
          both(in_jira("3"), in_marketplace("approved"))}},
        {"shadow mode, then for real",
         {in_shadow,
          at_any_cost(new_project),
          at_any_cost(order()),
          at_any_cost(message()),
          at_any_cost(order(2)),
          for_real,
          agree_at_once,
          at_any_cost(comment()),
          at_any_cost(in_jira("2"))}},
        {"shadow mode beside an older integration",
         {in_shadow,
          at_any_cost(new_project),
          at_any_cost(adopted_order),
          at_any_cost(message()),
          at_any_cost(in_jira("2")),
          for_real,
          at_any_cost(message())}},
        {"back to shadow mode",
         {new_project,
          order(),
          message(),
          in_shadow_later,
          at_any_cost(message()),
          at_any_cost(comment()),
          at_any_cost(in_jira("2")),
          at_any_cost(in_marketplace("approved")),
          at_any_cost(edit_message),
          for_real,
          agree_at_once,
          comment()}},
        {"yesterday's database",
         {new_project,
          order(),
          back_up,
          message(),
          comment(),
          order(2),
          in_jira("2"),
          restore,
          message(),
          comment()}},
        {"yesterday's database, and a comment that was edited since",
         {new_project, order(), back_up, comment(), both(edit_comment, restore), comment()}},
        {"lost database",
         {new_project,
          order(),
          message(),
          comment(),
          voucher("V-1"),
          restore,
          message(),
          comment()}},
    };
    return stories;
}

}  // namespace oms::simulation
