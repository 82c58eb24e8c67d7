#include "app/seed.hpp"

#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "app/seed_file.hpp"
#include "base/text.hpp"
#include "store/journal.hpp"
#include "store/links.hpp"
#include "store/migrations.hpp"
#include "store/open.hpp"
#include "store/state.hpp"
#include "store/subjects.hpp"

namespace oms::app {
namespace {

using store::Connection;

struct Taken {
    int links = 0;
    int texts = 0;
    bool cursor = false;
};

Taken take(Connection& connection, const SeedFile& file, Instant now) {
    Taken taken;
    for (const auto& entry : file.entries) {
        const auto known = store::find_link(connection, entry.subject);
        if (known && known->state != LinkState::before) continue;
        store::put_link(
            connection, {.subject = entry.subject, .issue_id = entry.issue, .linked_at = now}
        );
        store::add_journal(
            connection,
            entry.subject,
            store::JournalKind::person,
            "taken over by a seed file: issue " + entry.issue.value,
            now
        );
        ++taken.links;
    }
    for (const auto& text : file.texts) {
        if (!store::comment_links_of_message(connection, text.message).empty()) continue;
        const bool known = !text.comment.empty();
        store::put_comment_link(
            connection,
            {.subject = text.subject,
             .message = text.message,
             .comment = text.comment,
             .state = known ? CommentState::carried : CommentState::skipped}
        );
        ++taken.texts;
    }
    const auto cursor = store::find_cursor(connection, "events");
    if (!cursor || cursor->at < file.timestamp) {
        store::put_cursor(connection, "events", {.at = file.timestamp});
        taken.cursor = true;
    }
    return taken;
}

}  // namespace

int seed(const Settings& settings, const std::filesystem::path& file, const Console& console) {
    std::ifstream stream{file, std::ios::binary};
    if (!stream) {
        console.error << in_quotes(file.string())
                      << " cannot be read: does it exist, and may this user read it?\n";
        return exit_usage;
    }
    std::ostringstream text;
    text << stream.rdbuf();
    const SeedParsed parsed = parse_seed(text.str());
    if (!parsed.faults.empty()) {
        console.error << in_quotes(file.string())
                      << " cannot be taken over; nothing was changed:\n";
        for (const std::string& fault : parsed.faults)
            console.error << "  " << fault << "\n";
        return exit_usage;
    }
    const auto database = store::open(settings.database, store::OpenMode::create_if_missing, false);
    const Instant now = time_of(*database);
    store::upgrade(*database, now);
    Taken taken;
    try {
        taken = store::write(*database, [&](Connection& connection) {
            return take(connection, parsed.file, now);
        });
    } catch (const store::DatabaseError& error) {
        if (error.kind() != store::DatabaseError::Kind::constraint) throw;
        console.error
            << "an issue of the file stands for something else already; nothing was changed\n";
        return exit_faults;
    }
    console.out << fmt::format(
        "{} and {} taken over; events are read {}{}\n",
        counted(taken.links, "link"),
        counted(taken.texts, "message"),
        taken.cursor ? "from " : "from where they were, not from ",
        to_rfc3339(parsed.file.timestamp)
    );
    return exit_ok;
}

}  // namespace oms::app
