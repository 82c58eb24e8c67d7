#include "sync/feed_trouble.hpp"

#include "store/state.hpp"

namespace oms::sync {
namespace {

constexpr int told_after = 3;

}  // namespace

void FeedTrouble::failed(const Error& error, Instant now) {
    if (++failures_ == 1) since_ = now;
    if (failures_ < told_after || told_ == error.says) return;
    database_.write([&](store::Connection& connection) {
        store::put_feed_trouble(
            connection, cursor_name_, store::FeedTrouble{.since = since_, .says = error.says}
        );
    });
    const bool news = told_.value_or("").empty();
    told_ = error.says;
    if (!news) return;
    log_.warning(
        "feed cannot be read",
        {{"feed", cursor_name_}, {"since", to_rfc3339(since_)}, {"says", error.says}}
    );
}

void FeedTrouble::worked() {
    failures_ = 0;
    if (told_ == "") return;
    const bool told = store::read(database_, [&](store::Connection& connection) {
        return store::find_feed_trouble(connection, cursor_name_).has_value();
    });
    if (told) {
        database_.write([&](store::Connection& connection) {
            store::put_feed_trouble(connection, cursor_name_, std::nullopt);
        });
        log_.info("feed can be read again", {{"feed", cursor_name_}});
    }
    told_ = "";
}

}  // namespace oms::sync
