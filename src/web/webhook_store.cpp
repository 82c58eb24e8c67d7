#include "web/webhook_store.hpp"

#include <algorithm>
#include <utility>

#include "base/planted.hpp"
#include "store/inbox.hpp"
#include "store/state.hpp"
#include "store/subjects.hpp"

namespace oms::web {
namespace {

constexpr Duration receipt_interval = std::chrono::seconds{10};
/// Commits after which most of how many clients there were is forgotten: long beside a burst's quick
/// phases, and a tenth of a second.
constexpr double commits_remembered = 500;

}  // namespace

WebhookStore::WebhookStore(
    store::Database& database,
    Clock& clock,
    wake::Bell& work_bell,
    Metrics& metrics,
    Log log
)
    : database_{database},
      clock_{clock},
      work_bell_{work_bell},
      metrics_{metrics},
      log_{std::move(log)} {}

void WebhookStore::use_inbox(Inbox& inbox, std::size_t from, std::chrono::microseconds patience) {
    inbox_ = &inbox;
    inbox_from_ = from;
    patience_ = patience;
}

void WebhookStore::take(
    WebhookHint hint,
    std::optional<trace::Context> caller,
    std::shared_ptr<http::Reply> reply
) {
    const Duration began = clock_.steady();
    if (OMS_PLANTED("intake.answers_before_the_commit")) reply->send({.status = 204});
    late_.add(reply, began);
    {
        const std::scoped_lock lock{mutex_};
        waiting_.push_back(
            {.hint = std::move(hint), .caller = caller, .reply = std::move(reply), .began = began}
        );
        if (waiting_.size() == enough_) are_enough_.notify_one();
        if (std::exchange(asked_, true)) return;
    }
    store_waiting();
}

WebhookStore::Batch WebhookStore::take_waiting() {
    const std::scoped_lock lock{mutex_};
    asked_ = false;
    return std::exchange(waiting_, {});
}

/// Clients that wait for their answers come back together, so that of a burst many share one commit
/// and few the next, at the same price; and after a quick commit the next finds few, is quicker still,
/// and so on. A third of the clients is the least that goes by itself: at a half, each commit would
/// wait for the other.
WebhookStore::Batch WebhookStore::take_enough() {
    if (patience_.count() > 0 && inbox_->in_a_burst()) {
        std::unique_lock lock{mutex_};
        enough_ = clients_beside(in_last_commit_ + waiting_.size()) / 3;
        are_enough_.wait_for(lock, patience_, [this] { return waiting_.size() >= enough_; });
        enough_ = 0;
    } else {
        clients_ = 0;
    }
    Batch batch = take_waiting();
    in_last_commit_ = batch.size();
    return batch;
}

/// As many as were seen together of late: one commit and what waits for the next may be fewer.
std::size_t WebhookStore::clients_beside(std::size_t seen) {
    const auto now = static_cast<double>(seen);
    clients_ = std::max(now, clients_ - (clients_ - now) / commits_remembered);
    return static_cast<std::size_t>(clients_);
}

void WebhookStore::store_waiting() {
    auto batch = std::make_shared<Batch>();
    database_.write_later(
        [this, batch](store::Connection& connection) {
            // Those that come until the database comes to it; once more it is the same ones.
            if (batch->empty()) *batch = take_enough();
            note_receipt(connection);
            if (goes_into_inbox(connection, *batch)) return put(connection, *batch);
            for (One& one : *batch)
                sort(connection, one);
        },
        [this, batch](const std::exception_ptr& error) {
            if (batch->empty()) *batch = take_waiting();
            if (!error) return tell(*batch);
            // One that cannot be stored takes no other along.
            if (batch->size() == 1) return refuse(batch->front());
            for (One& one : *batch)
                store_again(std::move(one));
        }
    );
}

/// A burst does not end with a few, as long as others went there just before.
bool WebhookStore::goes_into_inbox(store::Connection& connection, const Batch& batch) const {
    if (inbox_ == nullptr) return false;
    return inbox_->in_a_burst() || (batch.size() >= inbox_from_ && store::has_inbox(connection));
}

void WebhookStore::store_again(One one) {
    auto alone = std::make_shared<Batch>();
    alone->push_back(std::move(one));
    database_.write_later(
        [this, alone](store::Connection& connection) { sort(connection, alone->front()); },
        [this, alone](const std::exception_ptr& error) {
            error ? refuse(alone->front()) : tell(*alone);
        }
    );
}

void WebhookStore::sort(store::Connection& connection, One& one) {
    one.in_inbox = false;
    const auto found = hint_for(connection, one.hint);
    one.subject = found ? std::optional{found->subject} : std::nullopt;
    if (!found) return;
    store::add_hint(connection, *found, clock_.now());
    if (one.caller) parents_->remember(key_of(found->subject), *one.caller);
}

/// What bears a trace is sorted at once: the inbox does not keep whose work leads to what.
void WebhookStore::put(store::Connection& connection, Batch& batch) {
    std::vector<const WebhookHint*> hints;
    for (One& one : batch) {
        if (one.caller) {
            sort(connection, one);
        } else {
            one.in_inbox = true;
            hints.push_back(&one.hint);
        }
    }
    inbox_->put(connection, hints);
}

/// For people, who ask whether the webhook works: a time that is a little late costs less.
void WebhookStore::note_receipt(store::Connection& connection) {
    const Instant now = clock_.now();
    if (now - noted_at_.load() < receipt_interval && now >= noted_at_.load()) return;
    noted_at_ = now;
    store::put_setting(connection, std::string{store::webhook_received}, to_rfc3339(now, 3));
}

void WebhookStore::refuse(const One& one) {
    if (OMS_PLANTED("intake.answers_before_the_commit")) return;
    metrics_.count_webhook("not_stored");
    one.reply->send(http::text_response(503, "the database does not work: later\n"));
}

void WebhookStore::tell(const Batch& batch) {
    if (OMS_PLANTED("intake.answers_before_the_commit")) return;
    bool put = false;
    std::vector<std::pair<std::shared_ptr<http::Reply>, http::Response>> answers;
    answers.reserve(batch.size());
    const Duration now = clock_.steady();
    for (const One& one : batch) {
        metrics_.observe_intake(now - one.began);
        if (one.in_inbox) {
            put = true;
        } else {
            note_sorted(one.hint, one.subject);
        }
        answers.emplace_back(one.reply, http::Response{.status = 204});
    }
    http::send_all(std::move(answers));
    if (put) inbox_->note_put();
}

void WebhookStore::note_sorted(const WebhookHint& hint, const std::optional<Subject>& subject) {
    metrics_.count_webhook(subject ? "accepted" : "ignored_foreign");
    if (!subject) return;
    const std::string event = hint.event.empty() ? "without a body" : hint.event;
    log_.debug("hint", {{"subject", key_of(*subject)}, {"cause", "webhook " + event}});
    metrics_.count_hints("webhook", 1);
    work_bell_.ring();
}

void WebhookStore::answer_late() {
    for (int i = late_.answer(clock_.steady()); i > 0; --i)
        metrics_.count_webhook("not_stored");
}

}  // namespace oms::web
