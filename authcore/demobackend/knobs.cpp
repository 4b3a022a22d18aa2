#include "authcore/demobackend/knobs.h"

#include <array>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

template <typename Answer, std::size_t size>
using Names = std::array<std::pair<Answer, QLatin1StringView>, size>;

constexpr Names<RefreshAnswer, 12> refreshNames {{
    {RefreshAnswer::Ok, "ok"_L1},
    {RefreshAnswer::InvalidGrant, "invalid-grant"_L1},
    {RefreshAnswer::Unauthorized, "401"_L1},
    {RefreshAnswer::Forbidden, "403"_L1},
    {RefreshAnswer::TooManyRequests, "429"_L1},
    {RefreshAnswer::ServerError, "500"_L1},
    {RefreshAnswer::Hang, "hang"_L1},
    {RefreshAnswer::Drop, "drop"_L1},
    {RefreshAnswer::DropInBody, "drop-in-body"_L1},
    {RefreshAnswer::LoseAnswer, "lose-answer"_L1},
    {RefreshAnswer::Garbage, "garbage"_L1},
    {RefreshAnswer::SlowBody, "slow-body"_L1},
}};

constexpr Names<ResourceAnswer, 7> resourceNames {{
    {ResourceAnswer::Ok, "ok"_L1},
    {ResourceAnswer::Unauthorized, "401"_L1},
    {ResourceAnswer::Forbidden, "403"_L1},
    {ResourceAnswer::ServerError, "500"_L1},
    {ResourceAnswer::Slow, "slow"_L1},
    {ResourceAnswer::Large, "large"_L1},
    {ResourceAnswer::RedirectElsewhere, "redirect"_L1},
}};

template <typename Answer, std::size_t size>
QString nameIn(const Names<Answer, size> &names, Answer answer)
{
    for (const auto &[candidate, name] : names)
        if (candidate == answer)
            return name;
    return {};
}

template <typename Answer, std::size_t size>
std::optional<Answer> answerIn(const Names<Answer, size> &names, const QString &name)
{
    for (const auto &[answer, candidate] : names)
        if (candidate == name)
            return answer;
    return {};
}

template <typename Answer, std::size_t size>
QStringList namesIn(const Names<Answer, size> &names)
{
    QStringList all;
    for (const auto &[answer, name] : names)
        all.append(name);
    return all;
}

} // namespace

std::vector<DemoUser> demoUsers()
{
    const auto user = u"ROLE_USER"_s;
    const auto moderator = u"ROLE_MODERATOR"_s;
    const auto admin = u"ROLE_ADMIN"_s;
    return {
        {u"anna"_s, u"anna-demo-1"_s, u"u-anna"_s, u"anna@demo.example"_s,
            {user, moderator, admin}},
        {u"boris"_s, u"boris-demo-1"_s, u"u-boris"_s, u"boris@demo.example"_s, {user}},
        {u"clara"_s, u"clara-demo-1"_s, u"u-clara"_s, u"clara@demo.example"_s, {user, moderator}},
    };
}

std::optional<DemoUser> findUser(const QString DemoUser::*field, const QString &value)
{
    for (const auto &user : demoUsers())
        if (user.*field == value)
            return user;
    return {};
}

QString toName(RefreshAnswer answer)
{
    return nameIn(refreshNames, answer);
}

QString toName(ResourceAnswer answer)
{
    return nameIn(resourceNames, answer);
}

std::optional<RefreshAnswer> refreshAnswerFromName(const QString &name)
{
    return answerIn(refreshNames, name);
}

std::optional<ResourceAnswer> resourceAnswerFromName(const QString &name)
{
    return answerIn(resourceNames, name);
}

QStringList refreshAnswerNames()
{
    return namesIn(refreshNames);
}

QStringList resourceAnswerNames()
{
    return namesIn(resourceNames);
}

} // namespace demobackend
