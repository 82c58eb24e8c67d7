#include <exception>
#include <map>
#include <vector>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "http/connection.hpp"

namespace oms::http {
namespace {

namespace asio = boost::asio;

class ConnectionStream final : public EventStream {
public:
    explicit ConnectionStream(std::weak_ptr<Connection> connection)
        : connection_{std::move(connection)} {}
    void send(std::string_view event, std::string_view data) override {
        const auto connection = connection_.lock();
        if (!connection) return;
        std::string bytes = fmt::format("event: {}\ndata: {}\n\n", event, data);
        asio::post(connection->context(), [connection, bytes = std::move(bytes)] {
            connection->stream_bytes(bytes);
        });
    }
    [[nodiscard]] bool open() const override {
        const auto connection = connection_.lock();
        return connection && !connection->gone();
    }

private:
    std::weak_ptr<Connection> connection_;
};

/// On its way to the server's thread.
struct Answer {
    std::shared_ptr<Connection> connection;
    std::uint64_t number = 0;
    Response response = {};
};

/// At once on the server's own thread; otherwise it is woken up.
template <class Run>
void run_on(asio::io_context& context, Run run) {
    if (context.get_executor().running_in_this_thread()) return run();
    asio::post(context, std::move(run));
}

class ConnectionReply final : public Reply {
public:
    ConnectionReply(const std::shared_ptr<Connection>& connection, std::uint64_t number)
        : connection_{connection},
          number_{number} {}
    ~ConnectionReply() override {
        if (!used_) ConnectionReply::send(text_response(500, "Internal Server Error\n"));
    }
    ConnectionReply(const ConnectionReply&) = delete;
    ConnectionReply& operator=(const ConnectionReply&) = delete;

    void send(Response response) override {
        auto connection = take();
        if (!connection) return;
        asio::io_context& context = connection->context();
        run_on(
            context,
            [answer = Answer{std::move(connection), number_, std::move(response)}]() mutable {
                answer.connection->answer(answer.number, std::move(answer.response));
            }
        );
    }
    std::shared_ptr<EventStream> stream() override {
        auto stream = std::make_shared<ConnectionStream>(connection_);
        const auto connection = take();
        if (!connection) return stream;
        run_on(connection->context(), [connection, number = number_] {
            connection->begin_stream(number);
        });
        return stream;
    }

    /// The connection to answer, once; nothing from then on, or where it is gone.
    [[nodiscard]] std::shared_ptr<Connection> take() {
        return used_.exchange(true) ? nullptr : connection_.lock();
    }
    [[nodiscard]] std::uint64_t number() const { return number_; }

private:
    std::weak_ptr<Connection> connection_;
    std::uint64_t number_;
    std::atomic<bool> used_{false};
};

/// One that fails keeps none of the others from their clients; its own has to ask again.
void answer_each(std::vector<Answer>& answers) {
    std::exception_ptr failed;
    for (Answer& answer : answers) {
        try {
            answer.connection->answer(answer.number, std::move(answer.response));
        } catch (const std::exception&) {
            answer.connection->close();
            failed = std::current_exception();
        }
    }
    if (failed) std::rethrow_exception(failed);
}

}  // namespace

std::shared_ptr<Reply>
reply_to(const std::shared_ptr<Connection>& connection, std::uint64_t number) {
    return std::make_shared<ConnectionReply>(connection, number);
}

void send_all(std::vector<std::pair<std::shared_ptr<Reply>, Response>> answers) {
    std::map<asio::io_context*, std::vector<Answer>> by_server;
    for (auto& answer : answers) {
        auto* const ours = dynamic_cast<ConnectionReply*>(answer.first.get());
        if (ours == nullptr) {
            answer.first->send(std::move(answer.second));
        } else if (auto connection = ours->take()) {
            auto& together = by_server[&connection->context()];
            together.push_back({std::move(connection), ours->number(), std::move(answer.second)});
        }
    }
    for (auto& [context, together] : by_server) {
        run_on(*context, [each = std::move(together)]() mutable { answer_each(each); });
    }
}

}  // namespace oms::http
