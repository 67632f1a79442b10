"""How a drug is known by its name: the endings that name its class, and common names that have none.

Pure data. The endings are stems of the World Health Organization (The use of stems in the selection of International
Nonproprietary Names); the names without one are from its Model List of Essential Medicines, with the other names under
which some of them are known. A publisher adds names of its own by the setting DRUG_NAMES.
"""

STEMS = (
    "azepam", "azolam", "azole", "bactam", "caine", "cavir", "cillin", "coxib", "curium", "curonium", "cycline", "dipine",
    "dronate", "dronic", "fibrate", "floxacin", "formin", "fungin", "gatran", "gliflozin", "gliptin", "glitazone", "grel",
    "kacin", "limus", "lukast", "mab", "micin", "mycin", "nidazole", "olol", "oxacin", "oxetine", "oxicam", "parib", "parin",
    "penem", "peridol", "peridone", "phylline", "piprazole", "platin", "poetin", "prazole", "pril", "profen", "prost",
    "relin", "rubicin", "sartan", "semide", "setron", "steride", "taxel", "tecan", "terol", "thiazide", "tidine", "tinib",
    "triptan", "triptyline", "tropium", "vaptan", "vastatin", "statin", "vir", "vudine", "xaban", "zolamide", "zolid", "zomib",
)  # fmt: skip

WITHOUT_A_STEM = (
    "acetaminophen", "acetylcysteine", "acetylsalicylic acid", "adrenaline", "albuterol", "allopurinol", "amiodarone",
    "artemether", "artesunate", "ascorbic acid", "aspirin", "atropine", "azathioprine", "benzoyl peroxide", "bisacodyl",
    "budesonide", "buprenorphine", "caffeine", "calcium", "carbamazepine", "charcoal", "chloramphenicol", "chlorhexidine",
    "chloroquine", "chlorpromazine", "ciclosporin", "clozapine", "codeine", "colecalciferol", "cyclophosphamide", "dapsone",
    "dexamethasone", "digoxin", "dopamine", "epinephrine", "ergocalciferol", "ergometrine", "ethambutol", "ethosuximide",
    "fentanyl", "ferrous", "fludrocortisone", "fluorouracil", "folic acid", "glibenclamide", "gliclazide", "glucagon",
    "glucose", "glyceryl trinitrate", "griseofulvin", "hydrocortisone", "hydroxocobalamin", "hydroxychloroquine", "insulin",
    "iodine", "iron", "isoniazid", "isosorbide", "ivermectin", "ketamine", "lactulose", "lamotrigine", "levonorgestrel",
    "levothyroxine", "lithium", "loperamide", "magnesium", "mannitol", "medroxyprogesterone", "mercaptopurine", "methadone",
    "methotrexate", "methyldopa", "metoclopramide", "mifepristone", "misoprostol", "morphine", "naloxone", "neostigmine",
    "nicotine", "nitrofurantoin", "nitroglycerin", "norethisterone", "olanzapine", "oxygen", "oxytocin", "paracetamol",
    "permethrin", "phenobarbital", "phenytoin", "potassium", "praziquantel", "prednisolone", "primaquine", "propofol",
    "propylthiouracil", "protamine", "pyrazinamide", "pyridoxine", "quinine", "retinol", "rifampicin", "salbutamol",
    "selenium", "senna", "sodium", "spironolactone", "sulfadiazine", "sulfamethoxazole", "sulfasalazine", "tamoxifen",
    "testosterone", "thiamine", "tranexamic acid", "trimethoprim", "valproate", "valproic acid", "verapamil", "vincristine",
    "warfarin", "zinc",
)  # fmt: skip
