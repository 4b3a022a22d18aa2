#include "ui/window/statusbar.h"

#include "authcore/profile/backendprofile.h"
#include "ui/common/labels.h"
#include "ui/common/plaintext.h"
#include "ui/common/wording.h"

namespace ui {

using namespace Qt::StringLiterals;

StatusBar::StatusBar(QWidget *parent)
    : QStatusBar(parent)
    , m_plainHttp(new Label(this))
    , m_traffic(new Label(this))
    , m_where(new Label(this))
{
    m_plainHttp->setObjectName(u"plainHttpLabel"_s);
    m_plainHttp->setText(Wording::withGlyph(
        Wording::badGlyph(), tr("Plain http is allowed: tokens can be read on the way")));
    m_traffic->setObjectName(u"trafficLabel"_s);
    m_where->setObjectName(u"backendUrlLabel"_s);
    m_where->setMinimumWidth(fontMetrics().averageCharWidth() * 20); // long names are cut off
    for (Label *label : {m_plainHttp, m_traffic, m_where})
        addPermanentWidget(label);
}

void StatusBar::showProfile(const authcore::BackendProfile &profile)
{
    m_where->setText(tr("Backend: %1, %2").arg(profile.name, profile.baseUrl.toDisplayString()));
    setTip(m_where, m_where->text());
    m_plainHttp->setVisible(profile.allowInsecureHttp);
}

void StatusBar::showTraffic(int onTheWire, int held)
{
    m_traffic->setText(tr("In flight %1, held %2").arg(onTheWire).arg(held));
}

} // namespace ui
