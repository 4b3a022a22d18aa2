#include "ui/signin/devicepage.h"

#include "ui/common/labels.h"
#include "ui/common/wording.h"

#include <QtGui/QClipboard>
#include <QtGui/QFontDatabase>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace ui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

DevicePage::DevicePage(QWidget *parent)
    : QWidget(parent)
    , m_text(wrappedLabel(u"deviceLabel"_s, this))
    , m_shown(new QWidget(this))
    , m_userCode(valueLabel(u"userCodeLabel"_s, tr("Code to type"), m_shown))
    , m_address(valueLabel(u"deviceAddressLabel"_s, tr("Address to open"), m_shown))
    , m_left(valueLabel(u"codeLeftLabel"_s, tr("How long the code is good"), m_shown))
    , m_copy(new QPushButton(tr("Copy &code"), m_shown))
{
    QFont big = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    big.setPointSizeF(font().pointSizeF() * 2);
    big.setBold(true);
    m_userCode->setFont(big);
    m_copy->setObjectName(u"copyCodeButton"_s);
    m_copy->setAutoDefault(false);
    auto *open = new QPushButton(tr("&Open address"), m_shown);
    open->setObjectName(u"openAddressButton"_s);
    open->setAutoDefault(false);

    auto *form = new QFormLayout(m_shown);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("Open:"), m_address);
    form->addRow(tr("Type:"), m_userCode);
    form->addRow(tr("Good for:"), m_left);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_copy);
    buttons->addWidget(open);
    buttons->addStretch();
    form->addRow(QString(), buttons);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_text);
    column->addWidget(m_shown);

    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_code.userCode);
        m_copy->setText(tr("Copied"));
    });
    connect(open, &QPushButton::clicked, this, [this] {
        Q_EMIT addressRequested(
            m_code.whereWithCode.isEmpty() ? m_code.where : m_code.whereWithCode);
    });
    m_second.setInterval(1s);
    connect(&m_second, &QTimer::timeout, this, &DevicePage::countDown);
    showIdle();
}

void DevicePage::showIdle()
{
    m_second.stop();
    m_text->setText(tr("You get a short code, and type it into a browser, on this computer or on "
                       "another device, where you sign in."));
    m_shown->hide();
}

void DevicePage::showCode(const DeviceCode &code)
{
    m_code = code;
    m_end = QDeadlineTimer(code.expiresIn);
    m_text->setText(tr("Waiting until the code has been typed\u2026"));
    m_userCode->setText(code.userCode);
    m_address->setText(code.where.toDisplayString());
    m_copy->setText(tr("Copy &code"));
    m_shown->show();
    countDown();
    m_second.start();
}

void DevicePage::countDown()
{
    m_left->setText(Wording::countdown(
        std::chrono::ceil<std::chrono::seconds>(m_end.remainingTimeAsDuration())));
}

} // namespace ui
